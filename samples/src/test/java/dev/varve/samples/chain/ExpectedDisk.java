// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.chain;

import java.nio.ByteBuffer;

/** What a planned disk reads as, made without any block layer. */
public final class ExpectedDisk {
    private ExpectedDisk() {}

    /** The whole content. */
    public static ByteBuffer content(ChainPlan plan) {
        ByteBuffer content = ByteBuffer.allocate(Math.toIntExact(plan.size()));
        for (long cluster = 0; cluster < plan.clusters(); cluster++) {
            if (plan.owner(cluster) != ChainShape.NOBODY) {
                int offset = Math.toIntExact(cluster * ChainPlan.CLUSTER);
                DiskPattern.fill(content.slice(offset, ChainPlan.CLUSTER), offset);
            }
        }
        return content;
    }
}
