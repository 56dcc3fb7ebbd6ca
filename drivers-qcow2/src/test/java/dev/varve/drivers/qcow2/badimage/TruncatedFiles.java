// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.badimage;

/** Files that end too early. */
final class TruncatedFiles {
    private TruncatedFiles() {
    }

    static void addTo(BadImages images) {
        for (int length : new int[] {0, 1, 3, 4, 7, 8, 20, 24, 32, 36, 40, 48, 56, 60, 64, 71}) {
            images.openRefused("file of " + length + " bytes", words -> words.resize(length),
                    "bytes of the file for a qcow2 header is " + length + ", allowed is 72 to");
        }
        for (int length : new int[] {72, 73, 80, 96, 100, 103}) {
            images.openRefused("file of " + length + " bytes", words -> words.resize(length),
                    "bytes of the file for a version 3 header is " + length + ", allowed is 104 to");
        }
        for (int length : new int[] {104, 512, 4095, 4096, 4097, 8191}) {
            images.openRefused("file of " + length + " bytes", words -> words.resize(length),
                    " table at 0x[0-9a-f]+ with \\d+ bytes ends beyond the end of the file, which has " + length);
        }
        images.openRefused("file of 72 bytes in version 2", BadImage::ordinaryVersion2, words -> words.resize(72),
                "L1 table at 0x3000 with 24 bytes ends beyond the end of the file, which has 72");
        for (int length : new int[] {8192, 12288, 12288 + 23}) {
            images.openRefused("file of " + length + " bytes", BadImage::withoutSnapshot,
                    words -> words.resize(length),
                    "L1 table at 0x3000 with 24 bytes ends beyond the end of the file, which has " + length);
        }
        for (int length : new int[] {12288 + 24, 16384, 16385, 20480, 20480 + 4095}) {
            images.readRefused("file of " + length + " bytes", BadImage::withoutSnapshot,
                    words -> words.resize(length),
                    "L2 table at 0x[0-9a-f]+ with \\d+ bytes ends beyond the end of the file, which has " + length);
        }
        for (int length : new int[] {24576, 28672, 32768}) {
            images.readRefused("file of " + length + " bytes", BadImage::withoutSnapshot,
                    words -> words.resize(length), " at 0x[0-9a-f]+.* beyond the end of the file, which has " + length);
        }
        addBackingName(images);
    }

    private static void addBackingName(BadImages images) {
        images.openRefused("file that ends in the backing file name",
                () -> BadImage.ordinary().backing("a-long-name-of-a-backing-file.qcow2", "qcow2"),
                words -> words.resize((int) words.int64(8) + 10),
                "backing file name at \\d+ with 35 bytes ends beyond the end of the file, which has \\d+");
    }
}
