// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.badimage;

import dev.varve.drivers.qcow2.testimage.GoodImage;
import dev.varve.drivers.qcow2.testimage.ImageWords;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * A good image and what is done to it.
 *
 * @param name what is wrong, with the value
 * @param good makes the good image
 * @param damage makes it bad
 * @param outcome who has to notice
 * @param message must be found in the message: the field, its value and what is allowed
 */
public record BadImage(String name, Supplier<GoodImage> good, Consumer<ImageWords> damage, Outcome outcome,
        Pattern message) {
    /** Who has to notice. */
    public enum Outcome {
        /** The image cannot be opened. */
        OPEN_REFUSED,
        /** The image opens, reading the whole disk fails and a check reports it. */
        READ_REFUSED,
        /** Only a check can find it. */
        CHECK_REPORTS
    }

    /** The file. */
    public byte[] bytes() {
        ImageWords words = new ImageWords(good.get().bytes());
        damage.accept(words);
        return words.bytes();
    }

    @Override
    public String toString() {
        return name;
    }

    /**
     * What most cases begin with: version 3, clusters of 4 KiB, 5 MiB that three L1 entries map, a snapshot. Clusters:
     * 0 header, 1 refcount table, 2 refcount block, 3 L1 table, 4 data, 5 L2 table, from 6 on data, L2 tables, the
     * snapshot's L1 table and the snapshot table.
     */
    public static GoodImage ordinary() {
        return new GoodImage(3, 12, 4, 5 << 20).data(0, 1).data(1, 2).zero(3).preallocatedZero(4).data(700, 3)
                .snapshot("1", "first").data(1200, 4);
    }

    /** The same in version 2, without zero clusters. */
    public static GoodImage ordinaryVersion2() {
        return new GoodImage(2, 12, 4, 5 << 20).data(0, 1).data(1, 2).data(700, 3).data(1200, 4);
    }

    /** Without a snapshot, so that every refcount is 1. */
    public static GoodImage withoutSnapshot() {
        return new GoodImage(3, 12, 4, 5 << 20).data(0, 1).data(1, 2).zero(3).preallocatedZero(4).data(700, 3)
                .data(1200, 4);
    }
}
