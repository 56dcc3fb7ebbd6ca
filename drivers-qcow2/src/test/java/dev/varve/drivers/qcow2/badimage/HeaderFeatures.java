// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.badimage;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Features that nobody knows, or that are recognised and not offered. */
final class HeaderFeatures {
    private static final int CRYPT_METHOD = 32;
    private static final int INCOMPATIBLE = 72;
    private static final int AUTOCLEAR = 88;
    private static final int NAMES = 0x6803f857;

    private HeaderFeatures() {
    }

    static void addTo(BadImages images) {
        for (int bit = 5; bit < 64; bit++) {
            long feature = 1L << bit;
            images.openRefused("incompatible feature bit " + bit, words -> words.int64(INCOMPATIBLE, feature),
                    "bit " + bit + "; incompatible_features is 0x" + Long.toHexString(feature) + ", allowed are 0x1f");
        }
        images.openRefused("incompatible feature that the image names",
                () -> BadImage.ordinary().extension(NAMES, name(40, "telepathy")),
                words -> words.int64(INCOMPATIBLE, 1L << 40), "'telepathy' \\(bit 40\\).*0x10000000000, allowed are");
        images.openRefused("all incompatible features", words -> words.int64(INCOMPATIBLE, -1),
                "bit 5, bit 6.*incompatible_features is 0xffffffffffffffff, allowed are 0x1f");
        images.openRefused("corrupt bit", words -> words.int64(INCOMPATIBLE, 2), "corrupt");
        images.openRefused("extended L2 entries bit", words -> words.int64(INCOMPATIBLE, 16), "extended L2 entries");
        images.openRefused("raw external data without an external data file", words -> words.int64(AUTOCLEAR, 2),
                "autoclear_features is 0x2, allowed with the raw external data bit is only");
        images.openRefused("AES encryption", words -> words.int32(CRYPT_METHOD, 1),
                "encrypt.key-secret");
        images.openRefused("LUKS encryption", words -> words.int32(CRYPT_METHOD, 2),
                "crypt_method is 2, allowed without the header extension");
        images.openRefused("AES encryption in version 2", BadImage::ordinaryVersion2,
                words -> words.int32(CRYPT_METHOD, 1), "encrypt.key-secret");
    }

    private static byte[] name(int bit, String name) {
        byte[] entry = Arrays.copyOf(("\0\0" + name).getBytes(StandardCharsets.US_ASCII), 48);
        entry[1] = (byte) bit;
        return entry;
    }
}
