// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.disk;

import dev.varve.cli.option.UsageException;

/**
 * How an image is cached by the host (QEMU's {@code -t}).
 *
 * @param text the word on the command line
 * @param direct whether the page cache is bypassed
 * @param noFlush whether flushes need not reach stable storage
 * @param writeThrough whether every write is on stable storage when it returns
 */
public record CacheMode(String text, boolean direct, boolean noFlush, boolean writeThrough) {
    /** Cached, flushed when asked. */
    public static final CacheMode WRITEBACK = new CacheMode("writeback", false, false, false);
    /** Cached, never flushed. */
    public static final CacheMode UNSAFE = new CacheMode("unsafe", false, true, false);
    /** Not cached. */
    public static final CacheMode NONE = new CacheMode("none", true, false, false);
    /** Cached, each write flushed. */
    public static final CacheMode WRITETHROUGH = new CacheMode("writethrough", false, false, true);
    /** Not cached, each write flushed. */
    public static final CacheMode DIRECTSYNC = new CacheMode("directsync", true, false, true);

    /**
     * The mode of a word.
     *
     * @param text the word
     * @return the mode
     * @throws UsageException if there is no such mode
     */
    public static CacheMode of(String text) throws UsageException {
        return switch (text) {
            case "none", "off" -> NONE;
            case "writeback" -> WRITEBACK;
            case "writethrough" -> WRITETHROUGH;
            case "directsync" -> DIRECTSYNC;
            case "unsafe" -> UNSAFE;
            default -> throw UsageException.ofValue("invalid cache mode '" + text
                    + "', allowed are none, writeback, writethrough, directsync and unsafe");
        };
    }
}
