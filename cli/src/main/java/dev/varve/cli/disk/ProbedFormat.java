// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.disk;

import dev.varve.api.block.OpenPurpose;
import dev.varve.api.graph.BlockLayer;
import dev.varve.api.graph.NodeDefinition;
import dev.varve.cli.shell.Shell;
import java.io.IOException;
import java.util.Optional;

/** Images that are opened for writing without a word on their format. */
public final class ProbedFormat {
    private ProbedFormat() {
    }

    /**
     * The same disk with its format stated. Where it had to be guessed and looks like raw the user is warned, as QEMU
     * does. For commands that write nothing into the first sector on a guest's behalf.
     *
     * @param shell where the command runs
     * @param source the disk
     * @param access what is needed of it
     * @return the disk itself where its format is stated or it is not written
     * @throws IOException if it cannot be opened
     */
    public static DiskSource stated(Shell shell, DiskSource source, DiskAccess access) throws IOException {
        if (!(source instanceof DiskSource.Named named) || named.format().isPresent() || !access.writable()
                || hasDriver(shell.layer(), named)) {
            return source;
        }
        String format;
        try (Disk disk = Disk.open(shell.layer(), named, DiskAccess.READ.withoutBacking()
                .withForceShare(access.forceShare()).withPurpose(OpenPurpose.METADATA))) {
            format = disk.format();
        }
        if (format.equals("raw")) {
            shell.err().print("WARNING: Image format was not specified for '" + named.name()
                    + "' and probing guessed raw.\n"
                    + "         Automatically detecting the format is dangerous for raw images, write operations on "
                    + "block 0 will be restricted.\n"
                    + "         Specify the 'raw' format explicitly to remove the restrictions.\n");
        }
        return new DiskSource.Named(named.name(), Optional.of(format), named.imageOptions(),
                named.objects());
    }

    private static boolean hasDriver(BlockLayer layer, DiskSource.Named source) throws IOException {
        NodeDefinition definition = source.imageOptions() ? layer.parseOptions(source.name())
                : layer.parseName(source.name());
        return definition.options().containsKey("driver");
    }

    /**
     * Opens a disk whose format need not be stated.
     *
     * @param shell where the command runs
     * @param source the disk
     * @param access what is needed of it
     * @return the disk; the caller closes it
     * @throws IOException if it cannot be opened
     */
    public static Disk open(Shell shell, DiskSource source, DiskAccess access) throws IOException {
        return Disk.open(shell.layer(), stated(shell, source, access), access);
    }
}
