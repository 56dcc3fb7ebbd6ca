// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw.format;

import dev.varve.api.graph.NodeDefinition;
import dev.varve.conformance.FormatConformance;
import dev.varve.conformance.device.SparseContent;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** A disk that begins at an offset, in a file that holds something else before it. */
class RawWindowConformanceTest extends FormatConformance {
    private static final int OFFSET = 70_144;

    @Override
    protected String format() {
        return "raw";
    }

    @Override
    protected SparseContent newStorage(long size) {
        byte[] before = new byte[OFFSET];
        Arrays.fill(before, (byte) 0x77);
        SparseContent content = SparseContent.ofSize(OFFSET + size);
        content.write(0, ByteBuffer.wrap(before));
        return content;
    }

    @Override
    protected NodeDefinition definition(NodeDefinition file) {
        return super.definition(file).with("offset", (long) OFFSET);
    }
}
