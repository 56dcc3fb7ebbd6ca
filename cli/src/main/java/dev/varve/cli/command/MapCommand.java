// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.command;

import dev.varve.api.block.Extent;
import dev.varve.api.block.NodeName;
import dev.varve.cli.disk.Disk;
import dev.varve.cli.disk.DiskAccess;
import dev.varve.cli.disk.DiskSource;
import dev.varve.cli.option.Arguments;
import dev.varve.cli.option.CommandSyntax;
import dev.varve.cli.option.OptionDeclaration;
import dev.varve.cli.option.UsageException;
import dev.varve.cli.shell.Shell;
import java.io.IOException;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code map}: which layer holds which part of a disk, and where. */
final class MapCommand implements Command {
    private static final int SECTOR = 512;
    private static final OptionDeclaration START = OptionDeclaration.value('s', "start-offset", "OFFSET",
            "where to begin");
    private static final OptionDeclaration LENGTH = OptionDeclaration.value('l', "max-length", "LENGTH",
            "how many bytes to tell of");

    @Override
    public CommandSyntax syntax() {
        return CommandSyntax.of("map", "DISK", "print which layer holds which part of a disk, and where",
                DiskSource.FORMAT, DiskSource.IMAGE_OPTS, DiskSource.FORCE_SHARE, OutputFormat.OUTPUT, START, LENGTH,
                DiskSource.GRAPH, DiskSource.NODE, DiskSource.OBJECT).withNotes(
                        "People see the parts that hold data; compressed or encrypted data, which lies nowhere as it "
                                + "is, ends the command with exit code 1. JSON tells of every part.");
    }

    @Override
    public int run(Arguments arguments, Shell shell) throws UsageException, IOException {
        boolean json = OutputFormat.isJson(arguments);
        long start = arguments.size(START, 0);
        long length = arguments.size(LENGTH, Long.MAX_VALUE);
        DiskAccess access = DiskAccess.READ.withForceShare(arguments.has(DiskSource.FORCE_SHARE));
        try (Disk disk = Disk.open(shell.layer(), DiskSource.only(arguments), access)) {
            MapPrinter printer = json ? new MapPrinter.Json(shell.out()) : new MapPrinter.Human(shell.out());
            printer.begin();
            long size = disk.backend().size();
            print(disk, start, length > size - start ? size : start + length, printer);
            printer.end();
        }
        return OK;
    }

    private static void print(Disk disk, long start, long end, MapPrinter printer) throws IOException {
        if (start >= end) {
            printer.print(MapEntry.nothing(start), true);
            return;
        }
        Map<NodeName, String> names = disk.filenames();
        MapEntry current = null;
        for (Iterator<Extent> each = disk.backend().extents(start, end - start); each.hasNext();) {
            MapEntry next = entry(each.next(), names);
            MapEntry joined = join(current, next);
            if (joined == null && current != null) {
                printer.print(current, false);
            }
            current = joined == null ? next : joined;
        }
        if (current == null) {
            return;
        }
        // QEMU counts in whole sectors: what lies behind the end of a file reads as zeroes.
        long rest = end == disk.backend().size() ? (SECTOR - end % SECTOR) % SECTOR : 0;
        if (rest > 0) {
            MapEntry behind = current.zeroesBehind(rest);
            MapEntry joined = join(current, behind);
            if (joined == null) {
                printer.print(current, false);
            }
            current = joined == null ? behind : joined;
        }
        printer.print(current, true);
    }

    private static @Nullable MapEntry join(@Nullable MapEntry current, MapEntry next) {
        return current != null && current.continuedBy(next) ? current.joinedWith(next) : null;
    }

    private static MapEntry entry(Extent extent, Map<NodeName, String> names) {
        Optional<Extent.Location> location = extent.location();
        String file = location.isPresent() ? names.getOrDefault(location.get().node(), "") : "";
        return MapEntry.of(extent, file);
    }
}
