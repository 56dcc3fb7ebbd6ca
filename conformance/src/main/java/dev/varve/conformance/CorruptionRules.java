// SPDX-License-Identifier: Apache-2.0
package dev.varve.conformance;

import dev.varve.api.block.BlockException;
import dev.varve.api.graph.BlockBackend;
import dev.varve.conformance.device.MemoryDisk;
import dev.varve.conformance.device.SparseContent;
import dev.varve.conformance.workload.Seed;
import dev.varve.conformance.workload.Step;
import dev.varve.conformance.workload.StepMix;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.function.Executable;

/** Rules about images that somebody broke: a BlockException, or it works; nothing else. */
final class CorruptionRules {
    private static final int IMAGES = 150;
    private static final int HEAD = 1024;
    private static final int MOST_EXTENTS = 2000;
    private static final long[] EXTREMES = {0, 1, -1, Long.MAX_VALUE, Long.MIN_VALUE, 0xffff_ffffL, 1L << 55, 1L << 62,
        0x8000_0000_0000_0200L, 511, 1L << 40, -512};

    private final Function<MemoryDisk, Subject> image;
    private final SparseContent valid;

    CorruptionRules(SparseContent valid, Function<MemoryDisk, Subject> image) {
        this.image = image;
        this.valid = valid;
    }

    void brokenImagesAreRefusedOrWork() {
        Seed.run(random -> {
            SparseContent used = used(random);
            for (int i = 0; i < IMAGES; i++) {
                SparseContent broken = broken(used.toByteArray(), random);
                Subject subject = image.apply(new MemoryDisk("broken-" + i, broken));
                calm("opening", () -> {
                    try (OpenDisk disk = subject.open()) {
                        use(disk.backend(), random);
                    }
                });
            }
        });
    }

    /** An image with something in it: there is more to break. */
    private SparseContent used(Random random) throws IOException {
        SparseContent content = valid.copy();
        Subject subject = image.apply(new MemoryDisk("used", content));
        if (subject.has(Trait.WRITES)) {
            StepMix mix = StepMix.ofContent(50_000);
            try (OpenDisk disk = subject.open()) {
                for (int i = 0; i < 20; i++) {
                    Step step = mix.next(random, subject.content().length);
                    step.applyTo(disk.backend());
                }
            }
        }
        return content;
    }

    private static SparseContent broken(byte[] image, Random random) {
        ByteBuffer bytes = ByteBuffer.wrap(image);
        int head = Math.min(image.length, HEAD);
        switch (random.nextInt(6)) {
            case 0 -> bytes.putInt(random.nextInt(head / 4) * 4, random.nextInt());
            case 1 -> bytes.putLong(random.nextInt(head / 8) * 8, EXTREMES[random.nextInt(EXTREMES.length)]);
            case 2 -> {
                return SparseContent.of(Arrays.copyOf(image, random.nextInt(image.length)));
            }
            case 3 -> {
                for (int i = 0; i < 20; i++) {
                    bytes.putLong(random.nextInt(image.length / 8) * 8, EXTREMES[random.nextInt(EXTREMES.length)]);
                }
            }
            case 4 -> bytes.put(random.nextInt(head), (byte) random.nextInt());
            default -> {
                // What a format looks for first stays.
                byte[] noise = new byte[image.length - 8];
                random.nextBytes(noise);
                bytes.put(8, noise);
            }
        }
        return SparseContent.of(image);
    }

    private static void use(BlockBackend disk, Random random) throws IOException {
        long size = disk.size();
        for (int i = 0; i < 6 && size > 0; i++) {
            long offset = random.nextLong(size);
            int bytes = (int) Math.min(size - offset, 1 + random.nextInt(70_000));
            calm("reading", () -> disk.read(offset, ByteBuffer.allocate(bytes)));
            calm("writing", () -> disk.write(offset, ByteBuffer.allocate(bytes)));
        }
        calm("asking for extents", () -> {
            Iterator<?> extents = disk.extents(0, size);
            for (int i = 0; i < MOST_EXTENTS && extents.hasNext(); i++) {
                extents.next();
            }
        });
        calm("checking", () -> disk.check(finding -> { }));
        calm("flushing", disk::flush);
    }

    private static void calm(String doing, Executable work) {
        try {
            work.execute();
        } catch (BlockException e) {
            // Told as it should be.
        } catch (UncheckedIOException e) {
            if (!(e.getCause() instanceof BlockException)) {
                throw new AssertionError(doing + " a broken image led to " + e.getCause(), e);
            }
        } catch (Throwable e) {
            throw new AssertionError(doing + " a broken image led to " + e, e);
        }
    }
}
