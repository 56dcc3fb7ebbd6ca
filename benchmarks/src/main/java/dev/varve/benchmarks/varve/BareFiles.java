// SPDX-License-Identifier: Apache-2.0
package dev.varve.benchmarks.varve;

import dev.varve.api.block.Extent;
import dev.varve.api.graph.BlockBackend;
import dev.varve.samples.chain.ChainPlan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * The floor: reads the blocks of a disk from the files of its chain by a table made beforehand, without any block
 * layer. Only for chains whose layers are qcow2 files with clusters of {@link ChainPlan#CLUSTER}.
 */
final class BareFiles implements AutoCloseable {
    private static final int NOBODY = -1;

    private final List<FileChannel> files = new ArrayList<>();
    private final int[] owners;
    private final long[] places;

    private BareFiles(int clusters) {
        owners = new int[clusters];
        places = new long[clusters];
    }

    /** The files of a disk's chain, and which block lies where as the disk's extents tell. */
    static BareFiles of(ChainPlan plan, Path folder, BlockBackend disk) throws IOException {
        BareFiles bare = new BareFiles(Math.toIntExact(plan.clusters()));
        try {
            for (int layer = 0; layer < plan.layers(); layer++) {
                bare.files.add(FileChannel.open(folder.resolve(ChainPlan.fileName(layer)), StandardOpenOption.READ));
            }
            for (Iterator<Extent> extents = disk.extents(0, plan.size()); extents.hasNext();) {
                bare.note(extents.next(), plan.layers());
            }
        } catch (IOException | RuntimeException e) {
            bare.close();
            throw e;
        }
        return bare;
    }

    private void note(Extent extent, int layers) {
        for (long offset = extent.offset(); offset < extent.end(); offset += ChainPlan.CLUSTER) {
            int cluster = (int) (offset / ChainPlan.CLUSTER);
            owners[cluster] = extent.location().isPresent() ? layers - 1 - extent.depth() : NOBODY;
            places[cluster] = extent.location().isPresent()
                    ? extent.location().get().offset() + offset - extent.offset() : 0;
        }
    }

    void read(long offset, ByteBuffer dst) throws IOException {
        int limit = dst.limit();
        long at = offset;
        while (dst.position() < limit) {
            int cluster = (int) (at / ChainPlan.CLUSTER);
            int within = (int) (at % ChainPlan.CLUSTER);
            int bytes = run(cluster, within, limit - dst.position());
            dst.limit(dst.position() + bytes);
            transfer(cluster, within, dst);
            dst.limit(limit);
            at += bytes;
        }
    }

    /** How far the data lies in one piece in one file. */
    private int run(int cluster, int within, int wanted) {
        int bytes = ChainPlan.CLUSTER - within;
        for (int next = cluster + 1; bytes < wanted && owners[next] == owners[cluster]
                && places[next] == places[next - 1] + ChainPlan.CLUSTER; next++) {
            bytes += ChainPlan.CLUSTER;
        }
        return Math.min(bytes, wanted);
    }

    private void transfer(int cluster, int within, ByteBuffer dst) throws IOException {
        if (owners[cluster] == NOBODY) {
            dst.position(dst.limit());
            return;
        }
        FileChannel file = files.get(owners[cluster]);
        for (long at = places[cluster] + within; dst.hasRemaining();) {
            int read = file.read(dst, at);
            if (read < 0) {
                throw new IOException("a file of the chain ends at " + at);
            }
            at += read;
        }
    }

    @Override
    public void close() throws IOException {
        for (FileChannel file : files) {
            file.close();
        }
    }
}
