// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.badimage;

import dev.varve.drivers.qcow2.testimage.GoodImage;
import dev.varve.drivers.qcow2.testimage.ImageWords;
import java.util.Random;

/** Images with random damage to their metadata. The same seed makes the same image. */
public final class RandomDamage {
    private static final long COPIED = 1L << 63;

    private final Random random;

    /** Makes images from a seed. */
    public RandomDamage(long seed) {
        random = new Random(seed);
    }

    /** A damaged image. */
    public byte[] next() {
        ImageWords words = new ImageWords(good().bytes());
        int damages = 1 + random.nextInt(4);
        for (int i = 0; i < damages; i++) {
            damage(words);
        }
        return words.bytes();
    }

    private GoodImage good() {
        int bits = 9 + random.nextInt(5);
        int span = 1 << bits - 3;
        int version = 2 + random.nextInt(2);
        int order = version == 2 ? 4 : random.nextInt(7);
        GoodImage image = new GoodImage(version, bits, order, (long) (3 * span - 5) << bits);
        for (int i = 0; i < 12; i++) {
            int cluster = random.nextInt(3 * span - 5);
            if (version == 2 || random.nextInt(3) > 0) {
                image.data(cluster, i);
            } else if (random.nextBoolean()) {
                image.zero(cluster);
            } else {
                image.preallocatedZero(cluster);
            }
            if (order > 2 && i % 5 == 4 && random.nextBoolean()) {
                image.snapshot("" + i, "snapshot " + i);
            }
        }
        if (version == 3 && random.nextInt(3) == 0) {
            image.bitmap("b");
        }
        if (order > 2 && random.nextInt(4) == 0) {
            image.compressed(0, 1).compressed(1, 2);
        }
        return image;
    }

    private void damage(ImageWords words) {
        switch (random.nextInt(8)) {
            case 0 -> words.int8(random.nextInt(128), random.nextInt(256));
            case 1 -> words.int8(random.nextInt(words.length()), random.nextInt(256));
            case 2 -> flipBit(words, wordOfATable(words));
            case 3 -> words.int64(wordOfATable(words), random.nextLong());
            case 4 -> words.int64(wordOfATable(words), words.int64(wordOfATable(words)));
            case 5 -> words.int64(wordOfATable(words), entryTo(words, random.nextInt(words.length())));
            case 6 -> words.int64(wordOfATable(words), entryTo(words, words.length() + random.nextInt(1 << 20)));
            default -> truncate(words);
        }
    }

    /** A word of the header, of a table or of whatever lies where the header says that one is. */
    private int wordOfATable(ImageWords words) {
        int length = words.length() & ~7;
        long place = switch (random.nextInt(6)) {
            case 0 -> 0;
            case 1 -> words.int64(ImageWords.L1_OFFSET);
            case 2 -> words.int64(ImageWords.REFCOUNT_TABLE_OFFSET);
            case 3 -> words.int64(ImageWords.SNAPSHOTS_OFFSET);
            case 4 -> words.int64(Math.floorMod(words.int64(ImageWords.L1_OFFSET), length) & ~7);
            default -> random.nextInt(length);
        };
        long at = Math.floorMod((place & 0x00ff_ffff_ffff_fff8L) + 8L * random.nextInt(12), (long) length);
        return (int) at & ~7;
    }

    private void flipBit(ImageWords words, int offset) {
        words.int64(offset, words.int64(offset) ^ 1L << random.nextInt(64));
    }

    private long entryTo(ImageWords words, int offset) {
        int bits = Math.floorMod(words.int32(ImageWords.CLUSTER_BITS), 22);
        long entry = (long) offset >>> bits << bits;
        return random.nextBoolean() ? entry | COPIED : entry;
    }

    private void truncate(ImageWords words) {
        words.resize(Math.max(128, words.length() - random.nextInt(words.length()) / (1 + random.nextInt(20))));
    }
}
