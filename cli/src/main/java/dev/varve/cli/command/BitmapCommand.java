// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.command;

import dev.varve.api.block.BlockException;
import dev.varve.api.spi.BitmapStore;
import dev.varve.cli.disk.Disk;
import dev.varve.cli.disk.DiskAccess;
import dev.varve.cli.disk.DiskSource;
import dev.varve.cli.disk.ErrorText;
import dev.varve.cli.disk.ProbedFormat;
import dev.varve.cli.option.Arguments;
import dev.varve.cli.option.CommandSyntax;
import dev.varve.cli.option.OptionDeclaration;
import dev.varve.cli.option.UsageException;
import dev.varve.cli.shell.Shell;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code bitmap}: changes the persistent dirty bitmaps of an image. */
final class BitmapCommand implements Command {
    private static final OptionDeclaration ADD = OptionDeclaration.flag("add", "add the bitmap, enabled");
    private static final OptionDeclaration REMOVE = OptionDeclaration.flag("remove", "remove the bitmap");
    private static final OptionDeclaration CLEAR = OptionDeclaration.flag("clear", "clear the bitmap");
    private static final OptionDeclaration ENABLE = OptionDeclaration.flag("enable", "let the bitmap record writes");
    private static final OptionDeclaration DISABLE = OptionDeclaration.flag("disable",
            "let the bitmap not record writes");
    private static final OptionDeclaration MERGE = OptionDeclaration.value("merge", "SOURCE",
            "mark what this bitmap marks as well");
    private static final OptionDeclaration GRANULARITY = OptionDeclaration.value('g', "granularity", "SIZE",
            "with --add: the bytes that one bit stands for");
    private static final OptionDeclaration SOURCE_FILE = OptionDeclaration.value('b', "source-file", "FILE",
            "the image that the bitmaps of --merge are in, if it is another one");
    private static final OptionDeclaration SOURCE_FORMAT = OptionDeclaration.value('F', "source-format", "FMT",
            "the format of -b");
    private static final List<OptionDeclaration> ACTIONS = List.of(ADD, REMOVE, CLEAR, ENABLE, DISABLE, MERGE);

    @Override
    public CommandSyntax syntax() {
        return CommandSyntax.of("bitmap", "DISK BITMAP", "change a persistent dirty bitmap of an image", ADD, REMOVE,
                CLEAR, ENABLE, DISABLE, MERGE, GRANULARITY, SOURCE_FILE, SOURCE_FORMAT, DiskSource.FORMAT,
                DiskSource.IMAGE_OPTS, DiskSource.OBJECT).withNotes(
                        "Several changes are made in the order in which they are given.");
    }

    @Override
    public int run(Arguments arguments, Shell shell) throws UsageException, IOException {
        List<String> operands = arguments.operands();
        if (operands.size() != 2) {
            throw BlockException.invalidOption("Expecting filename and bitmap name");
        }
        List<OptionDeclaration> actions = arguments.inOrder().stream().filter(ACTIONS::contains).toList();
        refuseContradictions(arguments, actions);
        long granularity = arguments.size(GRANULARITY, 0);
        DiskSource source = DiskSource.named(arguments, operands.get(0), DiskSource.FORMAT);
        try (Disk other = mergeSource(arguments, shell);
                Disk disk = ProbedFormat.open(shell, source, DiskAccess.WRITE.withoutBacking())) {
            Work work = new Work(disk, other, operands.get(1), granularity);
            List<String> merged = arguments.values(MERGE);
            int merges = 0;
            for (OptionDeclaration action : actions) {
                work.run(action, action.equals(MERGE) ? merged.get(merges++) : "");
            }
        }
        return OK;
    }

    private static @Nullable Disk mergeSource(Arguments arguments, Shell shell) throws IOException {
        Optional<String> file = arguments.value(SOURCE_FILE);
        return file.isEmpty() ? null : Disk.open(shell.layer(),
                new DiskSource.Named(file.get(), arguments.value(SOURCE_FORMAT), false,
                        arguments.values(DiskSource.OBJECT)),
                DiskAccess.READ.withoutBacking());
    }

    private static void refuseContradictions(Arguments arguments, List<OptionDeclaration> actions)
            throws BlockException {
        if (actions.isEmpty()) {
            throw BlockException.invalidOption(
                    "Need at least one of --add, --remove, --clear, --enable, --disable, or --merge");
        }
        if (arguments.has(GRANULARITY) && !actions.contains(ADD)) {
            throw BlockException.invalidOption("granularity only supported with --add");
        }
        if (arguments.has(SOURCE_FORMAT) && !arguments.has(SOURCE_FILE)) {
            throw BlockException.invalidOption("-F only supported with -b");
        }
        if (arguments.has(SOURCE_FILE) && !actions.contains(MERGE)) {
            throw BlockException.invalidOption("Merge bitmap source file only supported with --merge");
        }
    }

    /** The changes of one bitmap. */
    private record Work(Disk disk, @Nullable Disk other, String name, long granularity) {
        void run(OptionDeclaration action, String source) throws IOException {
            try {
                change(action, source);
            } catch (IOException e) {
                throw new IOException("Operation " + action.name() + " on bitmap " + name + " failed: "
                        + ErrorText.of(e), e);
            }
        }

        private void change(OptionDeclaration action, String source) throws IOException {
            BitmapStore bitmaps = disk.backend().operations().bitmaps();
            if (action.equals(ADD)) {
                bitmaps.add(name, granularity, true);
            } else if (action.equals(REMOVE)) {
                bitmaps.remove(name);
            } else if (action.equals(CLEAR)) {
                bitmaps.clear(name);
            } else if (action.equals(MERGE)) {
                BitmapStore from = other == null ? bitmaps : other.backend().operations().bitmaps();
                bitmaps.merge(name, from.content(source));
            } else {
                bitmaps.enable(name, action.equals(ENABLE));
            }
        }
    }
}
