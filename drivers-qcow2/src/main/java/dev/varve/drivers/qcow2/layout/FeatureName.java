// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.layout;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An entry of the feature name table.
 *
 * @param mask the bit mask the feature is in: 0 incompatible, 1 compatible, 2 autoclear
 * @param bit its bit, 0 to 63 in a valid image
 * @param name at most 46 bytes
 */
public record FeatureName(int mask, int bit, String name) {
    /** Bytes of an entry. */
    public static final int BYTES = 48;
    /** What QEMU 7.2 writes into new images. */
    public static final List<FeatureName> STANDARD = List.of(new FeatureName(0, 0, "dirty bit"),
            new FeatureName(0, 1, "corrupt bit"), new FeatureName(0, 2, "external data file"),
            new FeatureName(0, 3, "compression type"), new FeatureName(0, 4, "extended L2 entries"),
            new FeatureName(1, 0, "lazy refcounts"), new FeatureName(2, 0, "bitmaps"),
            new FeatureName(2, 1, "raw external data"));

    private static final int NAME_BYTES = 46;

    static FeatureName parse(ByteBuffer data) {
        int mask = Byte.toUnsignedInt(data.get());
        int bit = Byte.toUnsignedInt(data.get());
        byte[] bytes = new byte[NAME_BYTES];
        data.get(bytes);
        int length = 0;
        while (length < NAME_BYTES && bytes[length] != 0) {
            length++;
        }
        return new FeatureName(mask, bit, new String(bytes, 0, length, StandardCharsets.ISO_8859_1));
    }

    void encode(ByteBuffer target) {
        byte[] bytes = new byte[NAME_BYTES];
        byte[] text = name.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(text, 0, bytes, 0, text.length);
        target.put((byte) mask).put((byte) bit).put(bytes);
    }

    /**
     * The names of incompatible features, for a message.
     *
     * @param bits the features
     * @param table the image's feature name table, or an empty list
     * @return one text for each bit, from the lowest
     */
    public static List<String> ofIncompatible(long bits, List<FeatureName> table) {
        List<String> names = new ArrayList<>();
        for (int bit = 0; bit < Long.SIZE; bit++) {
            if ((bits >>> bit & 1) != 0) {
                int wanted = bit;
                Optional<FeatureName> known = table.stream()
                        .filter(entry -> entry.mask == 0 && entry.bit == wanted).findFirst();
                names.add(known.map(entry -> "'" + entry.name + "' (bit " + wanted + ")").orElse("bit " + bit));
            }
        }
        return names;
    }
}
