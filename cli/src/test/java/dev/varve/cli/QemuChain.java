// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Chains of qcow2 images made by qemu-img and filled by qemu-io at random places.
 *
 * @param images the layers' files, the base first
 */
public record QemuChain(List<Path> images) {
    /**
     * How one layer is made.
     *
     * @param compat 0.10 or 1.1
     * @param refcountBits the width of a refcount
     * @param clusterSize bytes
     * @param size the virtual size in bytes
     * @param writes how many commands of qemu-io fill it
     */
    public record Layer(String compat, int refcountBits, int clusterSize, long size, int writes) {
        String options() {
            return "compat=" + compat + ",cluster_size=" + clusterSize
                    + (compat.equals("0.10") ? "" : ",refcount_bits=" + refcountBits);
        }
    }

    /** Makes the files, named layer0.qcow2 (the base) and up. */
    public static QemuChain make(Path folder, List<Layer> layers, Random random) {
        List<Path> images = new ArrayList<>();
        // One script makes all layers: starting a process from here takes longer than what it does.
        StringBuilder script = new StringBuilder();
        for (int i = 0; i < layers.size(); i++) {
            Layer layer = layers.get(i);
            Path image = folder.resolve("layer" + i + ".qcow2");
            script.append("qemu-img create -q -f qcow2 -o ").append(layer.options());
            if (i > 0) {
                script.append(" -u -F qcow2 -b ").append(images.get(i - 1).getFileName());
            }
            script.append(" '").append(image).append("' ").append(layer.size()).append('\n');
            fill(script, image, layer, random);
            images.add(image);
        }
        Tool.run("sh", "-e", "-c", script).expect(0);
        return new QemuChain(images);
    }

    private static void fill(StringBuilder script, Path image, Layer layer, Random random) {
        script.append("qemu-io -f qcow2");
        for (int i = 0; i < layer.writes(); i++) {
            script.append(" -c '").append(command(layer, random)).append('\'');
        }
        script.append(" '").append(image).append("' >/dev/null\n");
    }

    private static String command(Layer layer, Random random) {
        int unit = random.nextInt(4) == 0 ? 512 : layer.clusterSize();
        long units = Math.max(1, layer.size() / unit);
        long offset = Math.min(random.nextLong(units) * unit, layer.size() - 512);
        long most = Math.min(layer.size() - offset, Math.max(3L * layer.clusterSize(), 65536));
        long bytes = Math.min(most, (1 + random.nextInt(6)) * (long) unit);
        return switch (random.nextInt(8)) {
            case 0 -> "write -z " + offset + " " + bytes;
            case 1 -> "write -z -u " + offset + " " + bytes;
            case 2 -> "discard " + offset + " " + bytes;
            case 3 -> "write -P 0 " + offset + " " + bytes;
            default -> "write -P " + (1 + random.nextInt(255)) + " " + offset + " " + bytes;
        };
    }

    /** The active layer. */
    public Path top() {
        return images.get(images.size() - 1);
    }
}
