// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.osgihost;

import dev.varve.samples.chain.ChainPlan;
import dev.varve.samples.chain.ChainShape;
import dev.varve.samples.chain.ChainWriter;
import dev.varve.samples.chain.ExpectedDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.zip.CRC32;

/** The chain that the tests read, and what reading it must tell. */
final class TestDisk {
    private static final ChainPlan PLAN = new ChainPlan(5, 4L << 20, ChainShape.MIXED);

    private TestDisk() {}

    static String write(Path folder) throws IOException {
        return new ChainWriter(PLAN).write(folder).toString();
    }

    static String expected() {
        CRC32 checksum = new CRC32();
        checksum.update(ExpectedDisk.content(PLAN));
        return PLAN.size() + " bytes, CRC-32 " + Long.toHexString(checksum.getValue());
    }
}
