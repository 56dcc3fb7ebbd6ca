// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.command;

import dev.varve.cli.disk.CacheMode;
import dev.varve.cli.disk.DiskAccess;
import dev.varve.cli.disk.DiskSource;
import dev.varve.cli.disk.ProbedFormat;
import dev.varve.cli.option.Arguments;
import dev.varve.cli.option.CommandSyntax;
import dev.varve.cli.option.OptionDeclaration;
import dev.varve.cli.option.UsageException;
import dev.varve.cli.shell.Shell;
import java.io.IOException;

/** {@code commit}: copies what an image holds into its backing file. */
final class CommitCommand implements Command {
    static final OptionDeclaration BASE = OptionDeclaration.value('b', "base", "FILE",
            "copy everything above this backing file into it, instead of into the nearest one; implies -d");
    static final OptionDeclaration DROP = OptionDeclaration.flag('d', "drop",
            "leave the image as it is; it is emptied otherwise");
    static final OptionDeclaration RATE = OptionDeclaration.value('r', "rate-limit", "SIZE",
            "write at most so many bytes a second");
    static final OptionDeclaration PROGRESS = OptionDeclaration.flag('p', "progress", "show progress");
    static final OptionDeclaration QUIET = OptionDeclaration.flag('q', "quiet", "print nothing");
    private static final OptionDeclaration CACHE = OptionDeclaration.value('t', "cache", "MODE",
            "how the host caches the images: writeback, the default, none, writethrough, directsync or unsafe");

    @Override
    public CommandSyntax syntax() {
        return CommandSyntax.of("commit", "DISK", "copy what an image holds into its backing file", BASE, DROP, RATE,
                DiskSource.FORMAT, DiskSource.IMAGE_OPTS, CACHE, PROGRESS, QUIET, DiskSource.OBJECT).withNotes(
                        "A backing file that is smaller than the disk grows; one that is larger stays so. After -b, "
                                + "images between the disk and FILE read differently and are of no use any more.");
    }

    @Override
    public int run(Arguments arguments, Shell shell) throws UsageException, IOException {
        String name = arguments.onlyOperand("image file name");
        DiskAccess access = DiskAccess.WRITE
                .withCache(ConvertCommand.cache(arguments, CACHE, CacheMode.WRITEBACK));
        DiskSource source = ProbedFormat.stated(shell, DiskSource.named(arguments, name, DiskSource.FORMAT), access);
        new Commit(arguments, shell, source, access).run();
        if (!arguments.has(QUIET)) {
            shell.say("Image committed.");
        }
        return OK;
    }
}
