// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.allocation;

/** What writes are compared with before they are made ({@code overlap-check}). */
public enum OverlapLevel {
    /** Nothing. */
    NONE,
    /** Header, active L1 table, refcount table and snapshot table. */
    CONSTANT,
    /** These, and for newly allocated clusters the L2 tables and refcount blocks that were there when it was opened. */
    CACHED
}
