// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.interop;

import dev.varve.cli.QemuChain;
import dev.varve.cli.QemuChain.Layer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * How the images of a test are made.
 *
 * @param compat 0.10 or 1.1
 * @param refcountBits the width of a refcount
 * @param clusterSize of every layer, in bytes
 * @param sizes the virtual sizes of the layers in bytes, the base first
 */
record Geometry(String compat, int refcountBits, int clusterSize, List<Integer> sizes) {
    private static final int FILLED = 40;

    static Geometry of(String compat, int refcountBits, int clusterSize, Integer... sizes) {
        return new Geometry(compat, refcountBits, clusterSize, List.of(sizes));
    }

    /** Makes the layers by QEMU's tools, with data in all but the top. */
    QemuChain make(Path folder, Random random) {
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < sizes.size(); i++) {
            boolean top = i == sizes.size() - 1;
            layers.add(new Layer(compat, refcountBits, clusterSize, sizes.get(i), top ? 1 : FILLED));
        }
        return QemuChain.make(folder, layers, random);
    }
}
