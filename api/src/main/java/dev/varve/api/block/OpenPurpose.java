// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.block;

/** What a graph's images are opened for. */
public enum OpenPurpose {
    /** Reading and writing the disk. */
    CONTENT,
    /** Facts about the image alone (QEMU's {@code BDRV_O_NO_IO}): no keys are asked for, content cannot be read. */
    METADATA,
    /** Checking and repair (QEMU's {@code BDRV_O_CHECK}): opening mends and refuses nothing that a check tells. */
    CHECK
}
