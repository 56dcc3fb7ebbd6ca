// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.compression;

/**
 * Deflate (RFC 1951) with a window of 4 KiB, which is what QEMU inflates with: the JDK's {@code Deflater} has no other
 * than 32 KiB. Matches are chosen lazily: one that begins a byte later is taken where it is longer. Confined to a thread
 * at a time; may be used again.
 */
final class DeflateEncoder {
    /** A match as long is taken without looking further (QEMU's level 6 looks as far). */
    private static final int LAZY = 16;

    private final MatchFinder matches = new MatchFinder();
    private final DeflateBlock block = new DeflateBlock();
    private final BitSink sink = new BitSink();

    /**
     * Deflates.
     *
     * @param source what
     * @param length how much of it
     * @param target receives the stream; 8 bytes longer than {@code most}
     * @param most how long the stream may be
     * @return its length; -1 where it would be longer
     */
    int encode(byte[] source, int length, byte[] target, int most) {
        matches.begin(source, length);
        sink.begin(target, most);
        block.clear();
        int at = 0;
        int blockBegin = 0;
        int held = 0;
        int heldDistance = 0;
        while (at < length) {
            int found = matches.find(at, held);
            if (held >= MatchFinder.MIN_MATCH && found <= held) {
                // The match that began a byte before is the better one.
                block.match(held, heldDistance);
                matches.skip(at + 1, at - 1 + held);
                at += held - 1;
                held = 0;
            } else {
                if (held >= MatchFinder.MIN_MATCH) {
                    block.literal(source[at - 1]);
                }
                held = found >= MatchFinder.MIN_MATCH ? found : 0;
                heldDistance = matches.distance();
                if (held == 0) {
                    block.literal(source[at++]);
                } else if (held >= LAZY) {
                    block.match(held, heldDistance);
                    matches.skip(at + 1, at + held);
                    at += held;
                    held = 0;
                } else {
                    at++;
                }
            }
            if (block.isFull()) {
                int end = held == 0 ? at : at - 1;
                block.write(sink, source, blockBegin, end, false);
                blockBegin = end;
                if (sink.isFull()) {
                    return -1;
                }
            }
        }
        if (held >= MatchFinder.MIN_MATCH) {
            block.match(held, heldDistance);
        }
        block.write(sink, source, blockBegin, length, true);
        sink.align();
        return sink.isFull() ? -1 : sink.length();
    }
}
