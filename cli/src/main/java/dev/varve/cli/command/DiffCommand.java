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
import dev.varve.cli.text.JsonText;
import dev.varve.cli.text.TextTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** {@code diff}: where a disk was changed since an older layer, snapshot or sibling of it. */
final class DiffCommand implements Command {
    private static final OptionDeclaration SECOND_FORMAT = OptionDeclaration.value('F', "second-format", "FMT",
            "the newer image's format; found out from its first bytes where it is not given");
    private static final OptionDeclaration FROM = OptionDeclaration.value("from-snapshot", "SNAPSHOT",
            "take the older disk from this internal snapshot of its image, by id or name");
    private static final OptionDeclaration TO = OptionDeclaration.value("to-snapshot", "SNAPSHOT",
            "take the newer disk from this internal snapshot of its image, by id or name");
    private static final OptionDeclaration COMPARE = OptionDeclaration.flag("compare",
            "read what metadata says was changed, and leave out what reads the same");

    @Override
    public CommandSyntax syntax() {
        return CommandSyntax.of("diff", "[OLDER] NEWER", "tell where a disk was changed since an older one",
                DiskSource.FORMAT, SECOND_FORMAT, DiskSource.IMAGE_OPTS, DiskSource.FORCE_SHARE, FROM, TO, COMPARE,
                OutputFormat.OUTPUT, DiskSource.OBJECT).withNotes(
                        "The two have a layer in common: one is below the other, both are above one base, or they are "
                                + "snapshots of one image, which then needs to be named once.",
                        "Metadata alone decides, unless --compare is given: what was written again with the same bytes "
                                + "is told too. A copy of the older disk, with the newer one's size and the content of "
                                + "these extents, is a copy of the newer one.");
    }

    @Override
    public int run(Arguments arguments, Shell shell) throws UsageException, IOException {
        boolean json = OutputFormat.isJson(arguments);
        List<String> names = arguments.operands();
        boolean snapshots = arguments.has(FROM) || arguments.has(TO);
        if (names.size() != 2 && !(names.size() == 1 && snapshots)) {
            throw new UsageException("expecting two disks, or one with --from-snapshot or --to-snapshot");
        }
        DiskAccess access = DiskAccess.READ.withForceShare(arguments.has(DiskSource.FORCE_SHARE));
        OptionDeclaration second = names.size() == 1 ? DiskSource.FORMAT : SECOND_FORMAT;
        try (Disk older = Disk.open(shell.layer(), DiskSource.named(arguments, names.getFirst(), DiskSource.FORMAT),
                access); Disk newer = Disk.open(shell.layer(), DiskSource.named(arguments, names.getLast(), second),
                access)) {
            load(older, arguments.value(FROM));
            load(newer, arguments.value(TO));
            Iterator<Extent> changes = newer.backend().changesSince(older.backend());
            if (arguments.has(COMPARE)) {
                changes = new DifferentContent(changes, older.backend(), newer.backend());
            }
            shell.out().print(json ? json(changes, older, newer) : text(changes, newer));
        }
        return OK;
    }

    private static void load(Disk disk, Optional<String> snapshot) throws IOException {
        if (snapshot.isPresent()) {
            SnapshotName.load(disk, snapshot.get());
        }
    }

    private static String word(Extent extent) {
        return extent.content().name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String text(Iterator<Extent> changes, Disk newer) {
        Map<NodeName, String> files = newer.filenames();
        TextTable table = new TextTable("rrll", "Offset", "Length", "Content", "Layer");
        while (changes.hasNext()) {
            Extent extent = changes.next();
            table.add(String.valueOf(extent.offset()), String.valueOf(extent.bytes()), word(extent),
                    files.getOrDefault(extent.node(), ""));
        }
        return table.text();
    }

    private static String json(Iterator<Extent> changes, Disk older, Disk newer) throws IOException {
        Map<NodeName, String> files = newer.filenames();
        List<Map<String, Object>> extents = new ArrayList<>();
        while (changes.hasNext()) {
            Extent extent = changes.next();
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("start", extent.offset());
            one.put("length", extent.bytes());
            one.put("depth", (long) extent.depth());
            one.put("zero", extent.readsAsZeroes());
            one.put("content", word(extent));
            one.put("filename", files.getOrDefault(extent.node(), ""));
            extents.add(one);
        }
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("older-size", older.backend().size());
        all.put("newer-size", newer.backend().size());
        all.put("changes", extents);
        return JsonText.of(all) + "\n";
    }
}
