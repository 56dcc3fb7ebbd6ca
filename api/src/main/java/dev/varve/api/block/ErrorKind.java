// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.block;

/** What sort of failure a {@link BlockException} reports: what a caller can act on. */
public enum ErrorKind {
    /** The image's data contradicts its format. */
    CORRUPT,
    /** The image, option or operation is valid but not offered here. */
    UNSUPPORTED,
    /** An option or definition is wrong: unknown, ill-typed, missing or contradictory. */
    INVALID_OPTION,
    /** No space is left on the storage, or a format's limit is reached. */
    NO_SPACE,
    /** The node is read-only. */
    READ_ONLY,
    /** There is no medium. */
    NO_MEDIUM,
    /** An edge's permissions, a reference policy or the system forbids it. */
    PERMISSION,
    /** Another process or another node holds a lock that forbids it. */
    LOCKED,
    /** The storage was changed by somebody else while it was relied on. */
    CHANGED,
    /** A file, node or driver does not exist. */
    NOT_FOUND,
    /** The node is closed, or its driver has gone. */
    CLOSED,
    /** An earlier failed metadata write made the node refuse writes until it is reopened. */
    POISONED,
    /** Copies that must be equal are not: nobody should go on. QEMU's tools end with the message and status 1. */
    MISMATCH,
    /** The storage failed. */
    IO
}
