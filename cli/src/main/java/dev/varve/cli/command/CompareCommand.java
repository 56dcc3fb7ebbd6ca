// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.command;

import dev.varve.cli.disk.CacheMode;
import dev.varve.cli.disk.Disk;
import dev.varve.cli.disk.DiskAccess;
import dev.varve.cli.disk.DiskSource;
import dev.varve.cli.disk.ErrorText;
import dev.varve.cli.option.Arguments;
import dev.varve.cli.option.CommandSyntax;
import dev.varve.cli.option.OptionDeclaration;
import dev.varve.cli.option.UsageException;
import dev.varve.cli.shell.Shell;
import dev.varve.cli.text.Progress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** {@code compare}: tells whether two disks hold the same. */
final class CompareCommand implements Command {
    private static final int NOT_OPENED = 2;
    private static final OptionDeclaration SECOND_FORMAT = OptionDeclaration.value('F', "second-format", "FMT",
            "the second image's format; found out from its first bytes where it is not given");
    private static final OptionDeclaration STRICT = OptionDeclaration.flag('s', "strict",
            "sizes and allocation must be the same too");
    private static final OptionDeclaration CACHE = OptionDeclaration.value('T', "source-cache", "MODE",
            "how the host caches the images: writeback, none, writethrough, directsync or unsafe");
    private static final OptionDeclaration PROGRESS = OptionDeclaration.flag('p', "progress", "show progress");
    private static final OptionDeclaration QUIET = OptionDeclaration.flag('q', "quiet", "print nothing");

    @Override
    public CommandSyntax syntax() {
        return CommandSyntax.of("compare", "DISK1 DISK2", "tell whether two disks hold the same", DiskSource.FORMAT,
                SECOND_FORMAT, DiskSource.IMAGE_OPTS, DiskSource.FORCE_SHARE, DiskSource.GRAPH, DiskSource.NODE,
                STRICT, CACHE, PROGRESS, QUIET, DiskSource.OBJECT).withNotes(
                        "With --graph the disk of the graph file is the first one. A longer disk that ends in zeroes "
                                + "is identical to a shorter one, unless -s is given.",
                        "Exit codes: 0 identical, 1 different, 2 a disk could not be opened, 3 its allocation could "
                                + "not be asked, 4 it could not be read.");
    }

    @Override
    public int run(Arguments arguments, Shell shell) throws UsageException, IOException {
        List<DiskSource> sources = sources(arguments);
        DiskAccess access = DiskAccess.READ.withForceShare(arguments.has(DiskSource.FORCE_SHARE))
                .withCache(ConvertCommand.cache(arguments, CACHE, CacheMode.WRITEBACK));
        boolean quiet = arguments.has(QUIET);
        Disk first;
        try {
            first = Disk.open(shell.layer(), sources.get(0), access);
        } catch (IOException e) {
            return notOpened(e, shell);
        }
        try (first) {
            Disk second;
            try {
                second = Disk.open(shell.layer(), sources.get(1), access);
            } catch (IOException e) {
                return notOpened(e, shell);
            }
            try (second) {
                long size = Math.max(first.backend().size(), second.backend().size());
                Progress progress = new Progress(shell.out(), arguments.has(PROGRESS) && !quiet, size);
                progress.add(0);
                Comparison.Verdict verdict = new Comparison(first, second, arguments.has(STRICT), progress).run();
                progress.end();
                return tell(verdict, quiet, shell);
            }
        }
    }

    private static List<DiskSource> sources(Arguments arguments) throws UsageException {
        List<DiskSource> sources = new ArrayList<>();
        DiskSource.inGraph(arguments).ifPresent(sources::add);
        for (String name : arguments.operands()) {
            sources.add(DiskSource.named(arguments, name, sources.isEmpty() ? DiskSource.FORMAT : SECOND_FORMAT));
        }
        if (sources.size() != 2) {
            throw new UsageException("expecting two disks, given are " + sources.size());
        }
        return sources;
    }

    private static int notOpened(IOException failure, Shell shell) {
        shell.error(ErrorText.of(failure));
        return NOT_OPENED;
    }

    private static int tell(Comparison.Verdict verdict, boolean quiet, Shell shell) {
        for (String line : verdict.lines()) {
            if (!quiet) {
                shell.say(line);
            }
        }
        if (verdict.failure().isPresent()) {
            shell.error(verdict.failure().get());
        }
        return verdict.code();
    }
}
