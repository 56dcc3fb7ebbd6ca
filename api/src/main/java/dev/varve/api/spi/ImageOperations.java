// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.spi;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.CheckFinding;
import dev.varve.api.block.CheckReport;
import dev.varve.api.block.ImageReference;
import dev.varve.api.block.RepairScope;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;

/**
 * What can be done with an image beyond reading and writing the disk. What is not overridden is refused with kind
 * UNSUPPORTED. The runtime lets no other request of the same user run beside a call that changes something.
 */
public interface ImageOperations {
    /** Refuses everything. */
    ImageOperations NONE = new ImageOperations() {};

    /**
     * Checks the image's metadata and mends it.
     *
     * @param scope what may be mended
     * @param findings receives each finding as it is made
     * @return what was found and what of it was mended
     * @throws IOException if it could not be done
     */
    default CheckReport repair(RepairScope scope, Consumer<CheckFinding> findings) throws IOException {
        throw BlockException.unsupported("this image format does not support checks");
    }

    /**
     * Changes properties that creation gave the image ({@code qemu-img amend}).
     *
     * @param changes options of {@link BlockDriver#amendOptions()}, the given ones alone
     * @param force do what may lose the data, such as to erase the last key
     * @param progress is told how far it is, from 0 to 1
     * @throws IOException if it cannot be done; the image is as before or as changed
     */
    default void amend(Options changes, boolean force, DoubleConsumer progress) throws IOException {
        throw BlockException.unsupported("the format's options cannot be changed");
    }

    /**
     * Changes the name of the backing file that the image holds; see {@link OverlayNode#changeBackingFile}. The graph is
     * not changed.
     *
     * @param changed the name as it is to stand in the image, or empty for an image without a backing file
     * @throws IOException if the format holds no such name, or this one does not fit; the image is as before
     */
    default void changeBackingFile(Optional<ImageReference> changed) throws IOException {
        throw BlockException.unsupported("the format holds no name of a backing file");
    }

    /**
     * Lets the layer hold nothing, so that the disk reads as its backing file does (QEMU's {@code bdrv_make_empty}).
     *
     * @throws IOException if that failed
     */
    default void makeEmpty() throws IOException {
        throw BlockException.unsupported("the format cannot be emptied");
    }

    /**
     * The internal snapshots.
     *
     * @return their keeper
     * @throws BlockException of kind UNSUPPORTED where the format has none
     */
    default SnapshotStore snapshots() throws BlockException {
        throw BlockException.unsupported("the format has no internal snapshots");
    }

    /**
     * The persistent dirty bitmaps.
     *
     * @return their keeper
     * @throws BlockException of kind UNSUPPORTED where the format has none
     */
    default BitmapStore bitmaps() throws BlockException {
        throw BlockException.unsupported("the format has no persistent bitmaps");
    }

    /**
     * Where requests can be held, for tests.
     *
     * @return their keeper
     * @throws BlockException of kind UNSUPPORTED where the node has none
     */
    default Breakpoints breakpoints() throws BlockException {
        throw BlockException.unsupported("no node of the disk holds requests at break points");
    }
}
