// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.blkdebug;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.CheckFinding;
import dev.varve.api.block.CheckReport;
import dev.varve.api.block.ImageReference;
import dev.varve.api.block.RepairScope;
import dev.varve.api.spi.BitmapStore;
import dev.varve.api.spi.Breakpoints;
import dev.varve.api.spi.ImageOperations;
import dev.varve.api.spi.Options;
import dev.varve.api.spi.SnapshotStore;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;

/** The operations of the child, with break points of the filter. */
record DebugOperations(ImageOperations below, Breakpoints own) implements ImageOperations {
    @Override
    public CheckReport repair(RepairScope scope, Consumer<CheckFinding> findings) throws IOException {
        return below.repair(scope, findings);
    }

    @Override
    public void amend(Options changes, boolean force, DoubleConsumer progress) throws IOException {
        below.amend(changes, force, progress);
    }

    @Override
    public void changeBackingFile(Optional<ImageReference> changed) throws IOException {
        below.changeBackingFile(changed);
    }

    @Override
    public void makeEmpty() throws IOException {
        below.makeEmpty();
    }

    @Override
    public SnapshotStore snapshots() throws BlockException {
        return below.snapshots();
    }

    @Override
    public BitmapStore bitmaps() throws BlockException {
        return below.bitmaps();
    }

    @Override
    public Breakpoints breakpoints() {
        return own;
    }
}
