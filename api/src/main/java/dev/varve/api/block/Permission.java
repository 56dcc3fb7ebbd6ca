// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.block;

/** What the user of an edge may do with the node below it (QEMU's {@code BLK_PERM_*}, in its bit order). */
public enum Permission {
    /** To read data that is consistent, not the intermediate state of another's operation. */
    CONSISTENT_READ("consistent read"),
    /** To change the visible data. */
    WRITE("write"),
    /** To write data that equals what is visible already, as copy-on-read does. */
    WRITE_UNCHANGED("write unchanged"),
    /** To change the size. */
    RESIZE("resize");

    private final String text;

    Permission(String text) {
        this.text = text;
    }

    /**
     * The words QEMU uses for this permission in its messages.
     *
     * @return lower-case words
     */
    public String text() {
        return text;
    }
}
