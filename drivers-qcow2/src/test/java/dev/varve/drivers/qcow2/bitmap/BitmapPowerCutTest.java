// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.bitmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.BitmapInfo;
import dev.varve.api.block.CheckFinding;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BitmapStore;
import dev.varve.api.spi.OverlayNode;
import dev.varve.drivers.qcow2.Images;
import dev.varve.drivers.qcow2.MemoryFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The power fails while an image with bitmaps is opened, written and closed: at every moment the image opens, a bitmap
 * that is not in use marks everything that was written since it was empty, and nothing but leaks is found.
 */
class BitmapPowerCutTest {
    private static final int SIZE = 1 << 20;

    @ParameterizedTest
    @CsvSource({"512, 512", "4096, 4096", "65536, 512"})
    void powerCut_atAnyMoment_leavesBitmapsThatMarkEnoughOrAreInUse(int clusterSize, int granularity)
            throws Exception {
        long seed = Long.getLong("varve.seed", new Random().nextLong());
        try {
            run(new Random(seed), clusterSize, granularity);
        } catch (IOException | RuntimeException | AssertionError e) {
            throw new AssertionError("seed " + seed, e);
        }
    }

    private static void run(Random random, int clusterSize, int granularity) throws IOException {
        MemoryFile file = Images.create(SIZE, "cluster_size", Integer.toString(clusterSize));
        MemoryFile initial = file.copy();
        file.record();
        // By position in the journal: what had been written to the disk by then.
        List<Integer> moments = new ArrayList<>();
        List<TreeSet<Integer>> written = new ArrayList<>();
        TreeSet<Integer> now = new TreeSet<>();
        for (int session = 0; session < 8; session++) {
            OverlayNode node = Images.open(file);
            BitmapStore bitmaps = node.operations().bitmaps();
            if (session == 0) {
                bitmaps.add("all", granularity, true);
            } else if (session % 3 == 0) {
                bitmaps.add("other" + session, 0, false);
            } else if (session == 5) {
                bitmaps.remove("other3");
            }
            for (int i = 0; i < 5; i++) {
                int offset = random.nextInt(SIZE - 5000);
                moments.add(file.journal().size());
                written.add(new TreeSet<>(now));
                node.write(offset, ByteBuffer.allocate(1 + random.nextInt(4000)), RequestFlags.NONE);
                now.add(offset);
            }
            node.close();
        }
        cut(initial, file.journal(), moments, written, random);
    }

    private static void cut(MemoryFile initial, List<MemoryFile.Write> journal, List<Integer> moments,
            List<TreeSet<Integer>> written, Random random) throws IOException {
        MemoryFile durable = initial;
        int since = 0;
        boolean trusted = false;
        for (int i = 0; i <= journal.size(); i++) {
            MemoryFile cut = durable.copy();
            journal.subList(since, i).stream().filter(write -> random.nextBoolean()).forEach(cut::replay);
            int moment = i;
            long before = moments.stream().filter(at -> at < moment).count();
            TreeSet<Integer> done = before == 0 ? new TreeSet<>() : written.get((int) before - 1);
            trusted |= verify(cut, done, "cut before write " + i);
            if (i < journal.size() && journal.get(i).bytes().length == 0) {
                journal.subList(since, i).forEach(durable::replay);
                since = i + 1;
            }
        }
        assertTrue(trusted, "the bitmap was never stored");
    }

    /** Tells whether the bitmap was there and could be trusted. */
    private static boolean verify(MemoryFile cut, TreeSet<Integer> done, String message) throws IOException {
        OverlayNode node = Images.openReadOnly(cut);
        List<CheckFinding> findings = new ArrayList<>();
        node.check(findings::add);
        assertTrue(findings.stream().allMatch(finding -> finding.text().startsWith("Leaked")),
                () -> message + ": " + findings);
        BitmapStore bitmaps = node.operations().bitmaps();
        boolean trusted = false;
        for (BitmapInfo info : bitmaps.list()) {
            if (!info.inUse() && info.name().equals("all")) {
                trusted = true;
                BitmapStore.BitmapContent content = bitmaps.content("all");
                for (int offset : done) {
                    assertEquals(offset, content.next(offset, true), message);
                }
            }
        }
        node.close();
        return trusted;
    }
}
