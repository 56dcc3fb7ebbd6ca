// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw.file;

import dev.varve.api.graph.NodeDefinition;
import java.io.IOException;

/** Without the host's page cache: requests of any offset and length through aligned ones. */
class DirectFileConformanceTest extends FileConformanceTest {
    @Override
    protected NodeDefinition newImage(long size) throws IOException {
        return super.newImage(size).with("cache.direct", Boolean.TRUE);
    }
}
