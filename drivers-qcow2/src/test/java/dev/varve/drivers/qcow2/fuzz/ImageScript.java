// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.fuzz;

import dev.varve.drivers.qcow2.testimage.ImageWords;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * How a fuzzer's bytes become an image: the first one chooses a good image, and each further {@value #EDIT} change a
 * word of its header, of a table or of anything else. First byte {@value #VERBATIM}: what follows is the image. Small
 * changes of the bytes are small changes of the image.
 */
final class ImageScript {
    /** The first byte of an image that follows as it is. */
    static final int VERBATIM = 0xff;
    /** The length of an edit in bytes: operation, place, index, value. */
    static final int EDIT = 12;

    private static final int MOST_EDITS = 24;
    private static final int LARGEST = 1 << 20;
    private static final long OFFSET = 0x00ff_ffff_ffff_fe00L;
    private static final long COPIED = 1L << 63;
    private static final int HEADER_EXTENSIONS = 104;

    private ImageScript() {
    }

    static byte[] image(byte[] script) {
        if (script.length == 0) {
            return script;
        }
        int first = script[0] & 0xff;
        if (first == VERBATIM) {
            return Arrays.copyOfRange(script, 1, Math.min(script.length, LARGEST));
        }
        ImageWords words = new ImageWords(FuzzImages.image(first));
        ByteBuffer edits = ByteBuffer.wrap(script, 1, script.length - 1);
        for (int i = 0; i < MOST_EDITS && edits.remaining() >= EDIT; i++) {
            edit(words, edits.get() & 0xff, edits.get() & 0xff, edits.getShort() & 0xffff, edits.getLong());
        }
        return words.bytes();
    }

    private static void edit(ImageWords words, int operation, int place, int index, long value) {
        if (words.length() < 128) {
            return;
        }
        int at = at(words, place, index);
        switch (operation % 9) {
            case 0 -> words.int64(at & ~7, value);
            case 1 -> words.int32(at & ~3, (int) value);
            case 2 -> words.int8(at, (int) (value & 0xff));
            case 3 -> words.int64(at & ~7, words.int64(at & ~7) ^ 1L << (value & 63));
            case 4 -> words.int64(at & ~7, words.int64(at & ~7) + (byte) value);
            case 5 -> words.int64(at & ~7, entry(words, value));
            case 6 -> {
                int from = at(words, (int) (value & 15), (int) (value >>> 8) & 0xffff);
                words.int64(at & ~7, words.int64(from & ~7));
            }
            case 7 -> words.int32(at & ~3, (int) (value & 0xffff));
            default -> words.resize((int) Math.max(128, Math.floorMod(value, words.length() + 4096L)));
        }
    }

    /** A pointer to a cluster of the image, or just behind it, as tables hold it. */
    private static long entry(ImageWords words, long value) {
        int bits = Math.clamp(words.int32(ImageWords.CLUSTER_BITS), 9, 21);
        long flags = value & 0xf000_0000_0000_0001L;
        return Math.floorMod(value & OFFSET, words.length() + 2L << bits) >>> bits << bits | flags;
    }

    private static int at(ImageWords words, int place, int index) {
        long start = switch (place % 10) {
            case 0 -> 0;
            case 1 -> words.int64(ImageWords.L1_OFFSET);
            case 2 -> follow(words, words.int64(ImageWords.L1_OFFSET));
            case 3 -> words.int64(ImageWords.REFCOUNT_TABLE_OFFSET);
            case 4 -> follow(words, words.int64(ImageWords.REFCOUNT_TABLE_OFFSET));
            case 5 -> words.int64(ImageWords.SNAPSHOTS_OFFSET);
            case 6 -> follow(words, words.int64(ImageWords.SNAPSHOTS_OFFSET));
            case 7 -> HEADER_EXTENSIONS;
            case 8 -> follow(words, follow(words, words.int64(ImageWords.L1_OFFSET)));
            default -> 8L * 1024 * (index >>> 10);
        };
        long unit = place >= 128 ? 1 : 8;
        return (int) Math.floorMod((start & ~COPIED) + unit * (index & 0x3ff), (long) words.length() - 8);
    }

    private static long follow(ImageWords words, long offset) {
        return words.int64((int) Math.floorMod(offset & OFFSET, words.length() - 8L)) & OFFSET;
    }
}
