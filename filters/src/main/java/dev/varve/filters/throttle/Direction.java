// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.throttle;

/** What a request does. What changes the disk is a write. */
enum Direction {
    READ("read"), WRITE("write");

    private final String word;

    Direction(String word) {
        this.word = word;
    }

    /** Its word in the names of limits. */
    String word() {
        return word;
    }
}
