// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.compression;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The clusters that were inflated last to be read in part, of all images together, so that the next part need not be
 * inflated again. Bounded to a few MiB whatever the number of images: a cluster of 2 MiB may only be in the first
 * places, one of 64 KiB in any. Thread-safe.
 */
final class InflatedClusters {
    private static final int PLACES = 64;
    private static final int BYTES_OF_A_SIZE = 4 << 20;
    private static final AtomicReferenceArray<@Nullable Cluster> KEPT = new AtomicReferenceArray<>(PLACES);

    /** One cluster, of an image and of an epoch of it. */
    private record Cluster(long image, long epoch, long descriptor, byte[] content) {}

    private InflatedClusters() {
    }

    static byte @Nullable [] find(long image, long epoch, long descriptor, int size) {
        Cluster kept = KEPT.get(placeOf(image, descriptor, size));
        boolean same = kept != null && kept.descriptor == descriptor && kept.image == image && kept.epoch == epoch;
        return same ? kept.content : null;
    }

    static void keep(long image, long epoch, long descriptor, byte[] content) {
        KEPT.set(placeOf(image, descriptor, content.length), new Cluster(image, epoch, descriptor, content));
    }

    private static int placeOf(long image, long descriptor, int size) {
        long mixed = (descriptor * 31 + image) * 0x9e37_79b9_7f4a_7c15L;
        return (int) ((mixed >>> 40) % Math.clamp(BYTES_OF_A_SIZE / size, 2, PLACES));
    }
}
