// SPDX-License-Identifier: Apache-2.0
package dev.varve.conformance;

/** Something that a driver offers. Rules about what it does not offer are skipped. */
public enum Trait {
    /** Accepts writes. */
    WRITES,
    /** Can be opened read-only; a filter that always writes to its child cannot. */
    OPENS_READ_ONLY,
    /** Reads back what was written. */
    STORES,
    /** Passes each read on to its child, if it is a filter; a cache does not. */
    PASSES_READS,
    /** Holds it when the graph that wrote it is closed. */
    PERSISTS,
    /** Becomes larger where it is told to. */
    GROWS,
    /** What it grows by reads as zeroes; an encrypted disk's does not. */
    GROWS_BY_ZEROES,
    /** Becomes smaller where it is told to. */
    SHRINKS
}
