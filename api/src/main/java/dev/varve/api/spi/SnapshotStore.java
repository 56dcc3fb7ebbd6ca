// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.spi;

import dev.varve.api.block.SnapshotInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** The internal snapshots of an image, and the machine state that belongs to its present. Any thread may call. */
public interface SnapshotStore {
    /**
     * The snapshots.
     *
     * @return in the order of the image
     * @throws IOException if they cannot be read
     */
    List<SnapshotInfo> list() throws IOException;

    /**
     * Takes a snapshot of the disk as it is.
     *
     * @param name its name; need not be unique, as in QEMU
     * @return what was made, with its id
     * @throws IOException if that failed; the image is as before
     */
    SnapshotInfo create(String name) throws IOException;

    /**
     * Puts the disk back to a snapshot; its size may change.
     *
     * @param idOrName an id, else a name
     * @throws IOException of kind NOT_FOUND where there is none
     */
    void apply(String idOrName) throws IOException;

    /**
     * Removes a snapshot and frees what it alone used.
     *
     * @param idOrName an id, else a name
     * @throws IOException of kind NOT_FOUND where there is none
     */
    void delete(String idOrName) throws IOException;

    /**
     * Lets a read-only node read as a snapshot until it is closed (QEMU's {@code bdrv_snapshot_load_tmp}).
     *
     * @param idOrName an id, else a name
     * @throws IOException of kind NOT_FOUND where there is none
     */
    void load(String idOrName) throws IOException;

    /**
     * Reads machine state (QEMU's {@code bdrv_load_vmstate}).
     *
     * @param offset in the state, in bytes
     * @param dst receives the bytes; what was never written reads as zeroes
     * @throws IOException if it cannot be read
     */
    void readVmState(long offset, ByteBuffer dst) throws IOException;

    /**
     * Writes machine state (QEMU's {@code bdrv_save_vmstate}).
     *
     * @param offset in the state, in bytes
     * @param src the bytes
     * @throws IOException if it cannot be written
     */
    void writeVmState(long offset, ByteBuffer src) throws IOException;
}
