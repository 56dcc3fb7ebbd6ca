// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.io;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.BlockLayer;
import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.ProbeHead;
import dev.varve.api.spi.ProbeScore;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Keeps a disk that was only guessed to be raw from becoming an image of another format by a write to its first sector
 * (QEMU's {@code raw_co_pwritev}).
 *
 * @param layer knows the formats
 */
record GuessedRaw(BlockLayer layer) {
    /**
     * Refuses a write after which the disk would look like another format.
     *
     * @param disk the disk as it is
     * @param offset where the write begins
     * @param contents what is written
     * @throws IOException of kind PERMISSION
     */
    void check(BlockBackend disk, long offset, ByteBuffer contents) throws IOException {
        if (offset >= ProbeHead.MAX_BYTES || !contents.hasRemaining()) {
            return;
        }
        ByteBuffer head = ByteBuffer.allocate((int) Math.min(ProbeHead.MAX_BYTES, disk.size()));
        disk.read(0, head);
        int bytes = Math.min(contents.remaining(), head.capacity() - (int) offset);
        head.put((int) offset, contents, contents.position(), bytes);
        for (BlockDriver driver : layer.drivers()) {
            if (driver.probe(new ProbeHead(head.flip(), "")).compareTo(ProbeScore.FALLBACK) > 0) {
                throw new BlockException(ErrorKind.PERMISSION, "the write would make a disk that was guessed to be raw "
                        + "an image of format '" + driver.name() + "': state the format to allow that");
            }
        }
    }
}
