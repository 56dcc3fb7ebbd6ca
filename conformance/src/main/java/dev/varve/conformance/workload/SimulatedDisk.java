// SPDX-License-Identifier: Apache-2.0
package dev.varve.conformance.workload;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.conformance.device.CrashDisk;
import dev.varve.conformance.device.DiskRequest;
import dev.varve.conformance.device.SparseContent;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A disk whose requests wait for their turn in a {@link Schedule}, which may let them fail. */
public final class SimulatedDisk extends CrashDisk {
    private volatile @Nullable Schedule schedule;

    /**
     * A disk that does what it is asked, until a simulation begins.
     *
     * @param name the value of {@code driver=} that opens it
     * @param content what it holds, on stable storage; kept and changed
     */
    public SimulatedDisk(String name, SparseContent content) {
        super(name, content);
    }

    void follow(@Nullable Schedule script) {
        schedule = script;
    }

    @Override
    protected void before(DiskRequest request) throws IOException {
        Schedule script = schedule;
        if (script != null && script.turnFails(request)) {
            throw new BlockException(ErrorKind.IO, "the device failed on purpose");
        }
    }
}
