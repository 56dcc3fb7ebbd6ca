// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw.file;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.Permission;
import dev.varve.api.block.Permissions;
import dev.varve.api.block.Preallocation;
import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.BlockNode;
import dev.varve.api.spi.CreateContext;
import dev.varve.api.spi.NodeKind;
import dev.varve.api.spi.OpenContext;
import dev.varve.api.spi.OptionSchema;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** The protocol {@code file}: regular files of the host. */
public final class FileDriver implements BlockDriver {
    private static final String NAME = "file";
    private static final OptionSchema OPTIONS = FileOptions.open(NAME);
    private static final OptionSchema CREATE_OPTIONS = FileOptions.create(NAME);

    /** For {@link java.util.ServiceLoader}. */
    public FileDriver() {
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
    public OptionSchema createOptions() {
        return CREATE_OPTIONS;
    }

    @Override
    public BlockNode open(OpenContext context) throws IOException {
        return FileNode.open(context, false);
    }

    /** Makes the file, or empties the one there is, unless somebody uses it (QEMU's {@code raw_co_create}). */
    @Override
    public void create(CreateContext context) throws IOException {
        Preallocation mode = Preallocation.valueOf(
                context.options().text(FileOptions.PREALLOCATION).toUpperCase(Locale.ROOT));
        HostFile file = HostFiles.best().create(context.filename());
        try {
            lockForCreation(file);
            FileSpace space = new FileSpace(file);
            space.truncate(0, Preallocation.OFF);
            space.truncate(context.size(), mode);
        } finally {
            file.close();
        }
    }

    private static void lockForCreation(HostFile file) throws BlockException {
        Set<Permission> shared = EnumSet.complementOf(EnumSet.of(Permission.RESIZE));
        Permissions creating = new Permissions(Set.of(Permission.WRITE, Permission.RESIZE), shared);
        if (file.locks().isPresent()) {
            new FileLocks(file.locks().get(), file.path()).prepare(creating);
        }
    }
}
