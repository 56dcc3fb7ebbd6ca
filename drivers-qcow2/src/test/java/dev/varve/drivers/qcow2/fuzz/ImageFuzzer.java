// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.fuzz;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.Preallocation;
import dev.varve.api.block.RepairScope;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockNode;
import dev.varve.api.spi.Effort;
import dev.varve.drivers.qcow2.testimage.AllocatedBytes;
import dev.varve.drivers.qcow2.testimage.OneFile;
import dev.varve.drivers.qcow2.testimage.StoredFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;

/** Does with an image all that can be done with one. Nothing but a {@link BlockException} may come out of it. */
public final class ImageFuzzer {
    /** What one image may take of the heap, garbage included, in bytes. */
    static final long MEMORY = 128 << 20;

    private static final long READ = 4 << 20;
    private static final int STATUS_STEPS = 20_000;
    private static final int CHANGES = 12;

    private ImageFuzzer() {
    }

    /** Something that may fail with a BlockException. */
    @FunctionalInterface
    private interface Use {
        void run() throws IOException;
    }

    /**
     * Called by the fuzzer.
     *
     * @param data a script
     * @throws ReflectiveOperationException where memory cannot be measured
     */
    public static void fuzzerTestOneInput(byte[] data) throws ReflectiveOperationException {
        byte[] image = ImageScript.image(data);
        // The first time classes are loaded too, which the fuzzer makes expensive.
        if (use(image, data.length) > MEMORY) {
            long bytes = use(image, data.length);
            if (bytes > MEMORY) {
                throw new AssertionError("the image took " + bytes + " bytes, allowed are " + MEMORY);
            }
        }
    }

    /** Returns how much was allocated for it. */
    private static long use(byte[] image, long seed) throws ReflectiveOperationException {
        AllocatedBytes allocated = new AllocatedBytes();
        attempt(() -> look(OneFile.openReadOnly(new StoredFile(image))));
        attempt(() -> change(OneFile.openWritable(new StoredFile(image)), new Random(seed)));
        attempt(() -> mend(OneFile.openWritable(new StoredFile(image)), RepairScope.LEAKS));
        attempt(() -> mend(OneFile.openWritable(new StoredFile(image)), RepairScope.ALL));
        return allocated.soFar();
    }

    private static void attempt(Use use) {
        try {
            use.run();
        } catch (BlockException e) {
            if (e.getMessage() == null || e.getMessage().isEmpty()) {
                throw new AssertionError("an exception without a message", e);
            }
        } catch (IOException e) {
            throw new AssertionError("not a BlockException", e);
        }
    }

    private static void look(BlockNode node) throws IOException {
        attempt(node::info);
        attempt(() -> node.check(finding -> { }));
        readAll(node);
        attempt(() -> map(node));
        attempt(() -> node.operations().bitmaps().list().forEach(
                bitmap -> attempt(() -> node.operations().bitmaps().content(bitmap.name()))));
        attempt(() -> snapshots(node));
        node.close();
    }

    private static void snapshots(BlockNode node) throws IOException {
        for (var snapshot : node.operations().snapshots().list().stream().limit(4).toList()) {
            attempt(() -> {
                node.operations().snapshots().load(snapshot.id());
                readAll(node);
            });
        }
    }

    private static void readAll(BlockNode node) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        long end = Math.min(node.size(), READ);
        for (long at = 0; at < end; at += buffer.limit()) {
            long offset = at;
            buffer.clear().limit((int) Math.min(buffer.capacity(), end - at));
            attempt(() -> node.read(offset, buffer, RequestFlags.NONE));
        }
        long size = node.size();
        if (size > READ) {
            attempt(() -> node.read(size - 512, buffer.clear().limit(512), RequestFlags.NONE));
        }
    }

    private static void map(BlockNode node) throws IOException {
        long end = node.size();
        long at = 0;
        for (int i = 0; at < end && i < STATUS_STEPS; i++) {
            long bytes = node.blockStatus(at, end - at, Effort.FIND_ZEROES).bytes();
            if (bytes < 1 || bytes > end - at) {
                throw new AssertionError("status of " + bytes + " bytes at " + at + " of " + end);
            }
            at += bytes;
        }
    }

    private static void change(BlockNode node, Random random) throws IOException {
        for (int i = 0; i < CHANGES; i++) {
            attempt(() -> changeOnce(node, random));
        }
        attempt(() -> node.operations().snapshots().create("new"));
        attempt(() -> {
            for (var snapshot : List.copyOf(node.operations().snapshots().list())) {
                attempt(() -> node.operations().snapshots().apply(snapshot.id()));
                attempt(() -> node.operations().snapshots().delete(snapshot.id()));
            }
        });
        attempt(() -> node.operations().bitmaps().add("new", 65536, true));
        attempt(() -> {
            for (var bitmap : List.copyOf(node.operations().bitmaps().list())) {
                attempt(() -> node.operations().bitmaps().clear(bitmap.name()));
                attempt(() -> node.operations().bitmaps().remove(bitmap.name()));
            }
        });
        attempt(() -> node.operations().makeEmpty());
        attempt(() -> node.check(finding -> { }));
        node.close();
    }

    private static void changeOnce(BlockNode node, Random random) throws IOException {
        long size = node.size();
        long offset = size == 0 ? 0 : random.nextLong(Math.min(size, READ));
        int bytes = (int) Math.min(size - offset, 1 + random.nextInt(20_000));
        if (bytes == 0) {
            return;
        }
        switch (random.nextInt(9)) {
            case 0 -> node.flush();
            case 1 -> node.discard(offset, bytes);
            case 2 -> node.writeZeroes(offset, bytes, RequestFlags.MAY_UNMAP);
            case 3 -> node.writeZeroes(offset, bytes, RequestFlags.NONE);
            case 4 -> node.truncate(Math.min(size, 1 << 30) + 51200, Preallocation.OFF, RequestFlags.NONE);
            case 5 -> node.truncate(Math.max(512, size / 2), Preallocation.OFF, RequestFlags.NONE);
            default -> node.write(offset, ByteBuffer.allocate(bytes), RequestFlags.NONE);
        }
    }

    private static void mend(BlockNode node, RepairScope scope) throws IOException {
        attempt(() -> node.operations().repair(scope, finding -> { }));
        readAll(node);
        node.close();
    }
}
