// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.interop;

import dev.varve.api.block.Preallocation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Random operations on one image, one after the other. */
final class RandomRun implements AutoCloseable {
    private static final int REMEMBERED = 8;
    private static final int SECTOR = 512;
    private static final int LONGEST = 64 << 10;

    private final Path image;
    private final int clusterSize;
    private final Map<String, Object> always;
    private final boolean compress;
    private final Random random;
    private final ModelledDisk disk;
    private final int mostBytes;
    private final Deque<String> last = new ArrayDeque<>();
    private DiskFile file;

    /** Of an image whose operations all of QEMU's tools can follow. */
    RandomRun(Path image, int clusterSize, byte[] model, Random random) throws IOException {
        this(image, clusterSize, Map.of(), false, model, random);
    }

    /** Of an image of any sort. */
    RandomRun(Path image, ImageVariant variant, byte[] model, Random random) throws IOException {
        this(image, variant.clusterSize(), variant.openOptions(), variant.compresses(), model, random);
    }

    private RandomRun(Path image, int clusterSize, Map<String, Object> always, boolean compress, byte[] model,
            Random random) throws IOException {
        this.image = image;
        this.clusterSize = clusterSize;
        this.always = always;
        this.compress = compress;
        this.random = random;
        mostBytes = model.length + model.length / 2;
        file = DiskFile.openWritable(image, options());
        disk = new ModelledDisk(file.backend(), model);
    }

    /** Does one operation; what it changed is compared at once, with a byte on each side. */
    void step() throws IOException {
        int bytes = Math.min(disk.size(), length());
        int offset = random.nextInt(disk.size() - bytes + 1);
        if (random.nextInt(3) == 0) {
            int unit = random.nextBoolean() ? clusterSize : SECTOR;
            offset -= offset % unit;
            bytes = Math.min(disk.size() - offset, (bytes + unit - 1) / unit * unit);
        }
        int kind = random.nextInt(400);
        try {
            step(kind, offset, bytes);
        } catch (IOException | RuntimeException | AssertionError e) {
            throw new AssertionError(e.getMessage() + " after " + last, e);
        }
    }

    private void step(int kind, int offset, int bytes) throws IOException {
        if (kind < 2) {
            remember("reopen");
            reopen();
        } else if (kind < 4) {
            grow();
        } else if (kind < 10) {
            remember("flush");
            disk.flush();
        } else if (kind < 94) {
            remember("read " + offset + "+" + bytes);
            disk.compare(offset, bytes);
        } else {
            change(kind, offset, bytes);
            int from = Math.max(0, offset - 1);
            disk.compare(from, Math.min(disk.size(), offset + bytes + 1) - from);
        }
    }

    private void change(int kind, int offset, int bytes) throws IOException {
        if (compress && kind < 140) {
            int cluster = offset / clusterSize * clusterSize;
            int length = Math.min(clusterSize, disk.size() - cluster);
            remember("write compressed " + cluster + "+" + length);
            disk.writeCompressed(cluster, length, random);
        } else if (kind < 244) {
            remember("write " + offset + "+" + bytes);
            disk.write(offset, bytes, random);
        } else if (kind < 324) {
            remember("write zeroes " + offset + "+" + bytes);
            disk.writeZeroes(offset, bytes, random);
        } else {
            remember("discard " + offset + "+" + bytes);
            disk.discard(offset, bytes);
        }
    }

    /** Mostly a few clusters, and often less than one. */
    private int length() {
        int most = switch (random.nextInt(4)) {
            case 0 -> SECTOR;
            case 1 -> Math.min(clusterSize, LONGEST);
            case 2 -> Math.max(4 * clusterSize, LONGEST);
            default -> Math.clamp(3L * clusterSize, 8 * SECTOR, LONGEST);
        };
        return 1 + random.nextInt(most);
    }

    private void grow() throws IOException {
        int size = (disk.size() + 1 + random.nextInt(mostBytes / 20)) / SECTOR * SECTOR + SECTOR;
        if (size > mostBytes) {
            return;
        }
        Preallocation mode = random.nextInt(3) == 0 ? Preallocation.METADATA : Preallocation.OFF;
        remember("grow to " + size + " with " + mode);
        disk.grow(size, mode);
        disk.compareAll();
    }

    private void reopen() throws IOException {
        file.close();
        if (always.isEmpty() && random.nextInt(4) == 0) {
            Qemu.assertSound(image);
        }
        file = DiskFile.openWritable(image, options());
        disk.reopened(file.backend());
        disk.compareAll();
    }

    private Map<String, Object> options() {
        Map<String, Object> options = new LinkedHashMap<>(always);
        options.put("discard", random.nextInt(8) == 0 ? "ignore" : "unmap");
        options.put("detect-zeroes", List.of("off", "off", "on").get(random.nextInt(3)));
        if (random.nextBoolean()) {
            // So small that tables are written back and read again all the time.
            options.put("l2-cache-entry-size", (long) Math.min(clusterSize, 4096));
            options.put("l2-cache-size", (long) clusterSize);
        }
        if (random.nextInt(8) == 0) {
            options.put("cache.direct", true);
        }
        // What a flush costs is the disk's, not ours: a few are for real.
        options.put("cache.no-flush", random.nextInt(4) != 0);
        return options;
    }

    private void remember(String step) {
        last.addLast(step);
        if (last.size() > REMEMBERED) {
            last.removeFirst();
        }
    }

    /** Compares all, closes, and returns what the disk should hold. */
    byte[] finish() throws IOException {
        disk.compareAll();
        file.close();
        return disk.expected();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
