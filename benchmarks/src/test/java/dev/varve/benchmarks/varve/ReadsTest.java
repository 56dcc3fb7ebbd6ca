// SPDX-License-Identifier: Apache-2.0
package dev.varve.benchmarks.varve;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ReadsTest {
    private static final long SIZE = 1 << 20;

    private final List<Long> offsets = Collections.synchronizedList(new ArrayList<>());

    private List<Long> run(int depth, int bytes, long step, long count) throws IOException {
        try (Reads reads = new Reads(depth, bytes)) {
            Reads.Source source = (offset, dst) -> {
                assertEquals(bytes, dst.remaining());
                offsets.add(offset);
            };
            (depth == 1 ? reads.oneByOne(source, SIZE, count, bytes, step)
                    : reads.atDepth(source, SIZE, count, bytes, step)).run();
        }
        return offsets;
    }

    @Test
    void oneByOne_inOrder_coversTheDiskOnce() throws IOException {
        assertEquals(LongStream.range(0, 16).map(i -> i << 16).boxed().toList(), run(1, 1 << 16, 1 << 16, 16));
    }

    @Test
    void atDepth_inOrder_coversTheDiskOnce() throws IOException {
        assertEquals(new HashSet<>(LongStream.range(0, 16).map(i -> i << 16).boxed().toList()),
                new HashSet<>(run(4, 1 << 16, 1 << 16, 16)));
    }

    @Test
    void oneByOne_randomStep_visitsAsQemuImgBenchDoes() throws IOException {
        long room = SIZE - 4096;
        List<Long> expected = LongStream.range(0, 1000).map(i -> i * Reads.RANDOM_STEP % room).boxed().toList();
        assertEquals(expected.subList(0, 50), run(1, 4096, Reads.RANDOM_STEP, 50));
    }

    @Test
    void atDepth_randomStep_visitsTheSamePlaces() throws IOException {
        List<Long> one = new ArrayList<>(run(1, 4096, Reads.RANDOM_STEP, 64));
        offsets.clear();
        List<Long> sixteen = new ArrayList<>(run(16, 4096, Reads.RANDOM_STEP, 64));
        Collections.sort(one);
        Collections.sort(sixteen);
        assertEquals(one, sixteen);
    }
}
