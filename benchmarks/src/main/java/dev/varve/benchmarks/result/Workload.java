// SPDX-License-Identifier: Apache-2.0
package dev.varve.benchmarks.result;

import java.util.Locale;

/** What a disk is asked to do. */
public enum Workload {
    /** From the file name to the first 4 KiB. */
    OPEN("open to first byte"),
    /** The whole disk in requests of 64 KiB, for the first time after it was opened. */
    FIRST_TOUCH("first touch, sequential 64 KiB"),
    /** 4 KiB at places all over the disk, one request at a time. */
    RANDOM_4K("random 4 KiB, depth 1"),
    /** The same with 16 requests at a time. */
    RANDOM_4K_16("random 4 KiB, depth 16"),
    /** 64 KiB after 64 KiB. */
    SEQUENTIAL_64K("sequential 64 KiB"),
    /** 1 MiB after 1 MiB. */
    SEQUENTIAL_1M("sequential 1 MiB"),
    /** A copy of the whole disk to nowhere. */
    CONVERT("convert to null"),
    /** All extents of the disk. */
    MAP("map"),
    /** 4 KiB into each of many clusters that an empty overlay on top does not hold. */
    OVERLAY_WRITE("4 KiB writes into an empty overlay"),
    /** Opening and reading all of the disk, for the memory that it takes. */
    MEMORY("open and read everything"),
    /** Copying the disk into an empty overlay that has it as its backing file. */
    STREAM("stream into an empty overlay");

    private final String text;

    Workload(String text) {
        this.text = text;
    }

    /**
     * Its name.
     *
     * @return words for a title
     */
    public String text() {
        return text;
    }

    /**
     * Its name in files.
     *
     * @return lower case, with hyphens
     */
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
