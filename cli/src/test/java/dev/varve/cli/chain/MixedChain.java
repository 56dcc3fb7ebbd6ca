// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.chain;

import dev.varve.cli.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Three layers of different formats, sizes and clusters. In KiB: the base (raw) holds 0 to 1024; the middle (2 MiB,
 * clusters of 4 KiB) holds data at 64 to 128 and states zeroes at 256 to 320; the top (3 MiB, clusters of 64 KiB) holds
 * data at 128 to 192.
 */
record MixedChain(Path base, Path middle, Path top) {
    static final long KIB = 1024;

    static MixedChain make(Path folder) throws IOException {
        Path base = folder.resolve("base.raw");
        Path middle = folder.resolve("middle.qcow2");
        Path top = folder.resolve("top.qcow2");
        byte[] content = new byte[1 << 20];
        Arrays.fill(content, (byte) 0x33);
        Files.write(base, content);
        Tool.varve("create", "-q", "-f", "qcow2", "-o", "cluster_size=4k", "-b", "base.raw", "-F", "raw", middle, "2M")
                .expect(0);
        Tool.varve("create", "-q", "-f", "qcow2", "-b", "middle.qcow2", "-F", "qcow2", top, "3M").expect(0);
        Tool.varve("io", "-f", "qcow2", "-c", "write -q -P 0x11 64k 64k", "-c", "write -q -z 256k 64k", middle)
                .expect(0);
        Tool.varve("io", "-f", "qcow2", "-c", "write -q -P 0x22 128k 64k", top).expect(0);
        return new MixedChain(base, middle, top);
    }
}
