// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.fuzz;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockNode;
import dev.varve.conformance.device.CreateStorage;
import dev.varve.drivers.qcow2.Qcow2Driver;
import dev.varve.drivers.qcow2.testimage.GoodImage;
import dev.varve.drivers.qcow2.testimage.OneFile;
import dev.varve.drivers.qcow2.testimage.StoredFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** The good images that a fuzzer begins with: small, and one for each thing that the format knows. */
final class FuzzImages {
    private static final List<byte[]> ALL = all();

    private FuzzImages() {
    }

    static byte[] image(int number) {
        return ALL.get(number % ALL.size()).clone();
    }

    static int count() {
        return ALL.size();
    }

    private static List<byte[]> all() {
        List<byte[]> images = new ArrayList<>();
        images.add(GoodImage.small().bytes());
        for (int version = 2; version <= 3; version++) {
            images.add(new GoodImage(version, 9, 4, 150 << 9).data(0, 1).data(70, 2).snapshot("1", "one").data(0, 3)
                    .data(140, 4).snapshot("2", "two").bytes());
        }
        images.add(new GoodImage(3, 9, 4, 150 << 9).data(1, 1).bitmap("a").bitmap("b").zero(3).preallocatedZero(4)
                .bytes());
        images.add(new GoodImage(3, 12, 4, 20 << 12).compressed(0, 1).compressed(1, 2).compressed(5, 3).data(2, 9)
                .bytes());
        images.add(new GoodImage(3, 9, 0, 150 << 9).data(0, 1).backing("base", "raw").bytes());
        images.add(new GoodImage(3, 9, 6, 150 << 9).data(0, 1).encryptionHeader(1000)
                .extension(0x6803f857, new byte[96]).bytes());
        add(images, 1 << 20, Map.of("cluster_size", 16384L, "extended_l2", true), false);
        add(images, 1 << 18, Map.of("cluster_size", 4096L), true);
        add(images, 1 << 18, Map.of("cluster_size", 4096L, "compression_type", "zstd"), true);
        add(images, 1 << 18, Map.of("cluster_size", 4096L, "lazy_refcounts", true, "refcount_bits", 1L), false);
        return List.copyOf(images);
    }

    /** An image that the driver makes itself, if it can. */
    private static void add(List<byte[]> images, long size, Map<String, ?> options, boolean compressed) {
        try {
            byte[] created = CreateStorage.create(new Qcow2Driver(), size, options).toByteArray();
            StoredFile file = new StoredFile(created);
            BlockNode node = OneFile.openWritable(file);
            byte[] data = new byte[4096];
            new Random(size).nextBytes(data);
            for (int i = 0; i < 4; i++) {
                node.write(i * 40960L, ByteBuffer.wrap(data), RequestFlags.NONE);
            }
            if (compressed) {
                node.write(8192, ByteBuffer.allocate(4096), RequestFlags.COMPRESSED);
                node.write(16384, ByteBuffer.wrap(data), RequestFlags.COMPRESSED);
            }
            node.flush();
            node.close();
            byte[] image = new byte[(int) file.size()];
            file.read(0, ByteBuffer.wrap(image), RequestFlags.NONE);
            images.add(image);
        } catch (BlockException e) {
            if (e.kind() != ErrorKind.UNSUPPORTED && e.kind() != ErrorKind.INVALID_OPTION) {
                throw new UncheckedIOException(e);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
