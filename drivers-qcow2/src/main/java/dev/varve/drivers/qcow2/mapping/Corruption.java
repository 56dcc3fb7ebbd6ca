// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.mapping;

import dev.varve.api.block.BlockException;
import java.io.IOException;

/** Who is told that an image is corrupt (QEMU's {@code qcow2_signal_corruption}). Any thread may call. */
public interface Corruption {
    /** Nobody. */
    Corruption UNHEARD = new Corruption() {
        @Override
        public BlockException fatal(String problem) {
            return BlockException.corrupt(problem);
        }

        @Override
        public void harmless(String problem) {
            // Nobody hears.
        }
    };

    /**
     * Going on would make it worse: a writable image is marked and not used any more.
     *
     * @param problem what is wrong, in QEMU's words
     * @return what the caller throws
     * @throws IOException if the mark could not be set
     */
    BlockException fatal(String problem) throws IOException;

    /**
     * The image can be used on.
     *
     * @param problem what is wrong, in QEMU's words
     */
    void harmless(String problem);

    /**
     * Something else that whoever uses the image should know.
     *
     * @param message in QEMU's words
     */
    default void note(String message) {
        // Nobody hears.
    }

    /**
     * Tells whether the image must not be used any more.
     *
     * @return true after a fatal corruption of a writable image
     */
    default boolean isClosed() {
        return false;
    }

    /**
     * Refuses to use the image any more.
     *
     * @throws BlockException of kind NO_MEDIUM where {@link #isClosed}
     */
    default void check() throws BlockException {
        // It can be used.
    }
}
