// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw.file;

import dev.varve.api.spi.NodeSettings;
import dev.varve.drivers.raw.testing.FakeContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/** Opens nodes on files in the way under test. */
final class FileNodes {
    static final NodeSettings READ_ONLY = new NodeSettings(true, false, false, false, false,
            NodeSettings.DetectZeroes.OFF, true);
    static final NodeSettings DIRECT = new NodeSettings(false, false, true, false, false,
            NodeSettings.DetectZeroes.OFF, true);
    static final NodeSettings FORCE_SHARE = new NodeSettings(true, true, false, false, false,
            NodeSettings.DetectZeroes.OFF, true);

    private FileNodes() {
    }

    static FileNode open(HostFiles way, Path path) throws IOException {
        return open(way, path, NodeSettings.DEFAULT);
    }

    static FileNode open(HostFiles way, Path path, NodeSettings settings) throws IOException {
        return open(way, settings, Map.of("filename", path.toString()));
    }

    static FileNode open(HostFiles way, NodeSettings settings, Map<String, ?> options) throws IOException {
        if (way == HostFiles.NATIVE) {
            Assumptions.assumeTrue(HostFiles.best() == HostFiles.NATIVE, "no native calls on this system");
        }
        return FileNode.open(new FakeContext(new FileDriver(), options, settings), false, way);
    }
}
