// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.block;

/** What a child is for its parent (QEMU's {@code BDRV_CHILD_*}). */
public enum ChildRole {
    /** Holds data that the guest sees. */
    DATA,
    /** Holds the parent's own metadata. */
    METADATA,
    /** Is presented by a filter, unchanged. */
    FILTERED,
    /** Is a backing file: read where the parent has nothing. */
    COW,
    /** Is the child that carries the parent's storage or that a filter filters. At most one a parent. */
    PRIMARY
}
