// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2;

import dev.varve.api.block.CheckFinding;
import dev.varve.api.block.CheckReport;
import dev.varve.api.block.RepairScope;
import dev.varve.api.spi.ImageOperations;
import java.io.IOException;
import java.util.function.Consumer;

/** What can be done with a qcow2 image beyond reading and writing. */
final class Qcow2Operations implements ImageOperations {
    private final Qcow2Node node;

    Qcow2Operations(Qcow2Node node) {
        this.node = node;
    }

    @Override
    public CheckReport repair(RepairScope scope, Consumer<CheckFinding> findings) throws IOException {
        return node.repair(scope, findings);
    }
}
