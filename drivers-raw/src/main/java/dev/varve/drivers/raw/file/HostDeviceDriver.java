// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw.file;

import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.BlockNode;
import dev.varve.api.spi.NodeKind;
import dev.varve.api.spi.OpenContext;
import dev.varve.api.spi.OptionSchema;
import java.io.IOException;

/** The protocol {@code host_device}: block devices of the host. */
public final class HostDeviceDriver implements BlockDriver {
    private static final String NAME = "host_device";
    private static final OptionSchema OPTIONS = FileOptions.open(NAME);

    /** For {@link java.util.ServiceLoader}. */
    public HostDeviceDriver() {
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public NodeKind kind() {
        return NodeKind.PROTOCOL;
    }

    @Override
    public OptionSchema options() {
        return OPTIONS;
    }

    @Override
    public BlockNode open(OpenContext context) throws IOException {
        return FileNode.open(context, true);
    }
}
