// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.command;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.CheckReport;
import dev.varve.api.block.ErrorKind;
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
import dev.varve.cli.text.JsonText;
import java.io.IOException;
import java.util.Optional;

/** {@code check}: looks for errors in an image's metadata. */
final class CheckCommand implements Command {
    static final int CORRUPT = 2;
    static final int LEAKS = 3;
    static final int UNSUPPORTED = 63;
    private static final OptionDeclaration REPAIR = OptionDeclaration.refused('r', "repair", "leaks|all",
            "repairing comes with the rest of the format");
    private static final OptionDeclaration CACHE = OptionDeclaration.value('T', "source-cache", "MODE",
            "how the host caches the image: writeback, none, writethrough, directsync or unsafe");
    private static final OptionDeclaration CHAIN = OptionDeclaration.flag("chain",
            "check every layer of the disk, not its own image alone");
    private static final OptionDeclaration QUIET = OptionDeclaration.flag('q', "quiet", "print findings only");

    @Override
    public CommandSyntax syntax() {
        return CommandSyntax.of("check", "DISK", "check an image's metadata without changing it", DiskSource.FORMAT,
                DiskSource.IMAGE_OPTS, DiskSource.FORCE_SHARE, OutputFormat.OUTPUT, CACHE, QUIET, CHAIN, REPAIR,
                DiskSource.OBJECT).withNotes("Findings go to standard error. Exit codes: 0 no errors, 1 the check "
                        + "could not be completed, 2 the image is corrupt, 3 there are leaked clusters but no "
                        + "corruption, 63 the format has no check.",
                        "With --chain findings begin with the layer, and the exit code is the worst of all layers': "
                                + "1 before 2, 2 before 3. Layers whose format has no check are passed over; 63 if "
                                + "that is all of them.");
    }

    @Override
    public int run(Arguments arguments, Shell shell) throws UsageException, IOException {
        boolean json = OutputFormat.isJson(arguments);
        boolean quiet = arguments.has(QUIET);
        DiskAccess access = DiskAccess.READ.withForceShare(arguments.has(DiskSource.FORCE_SHARE));
        Optional<String> cache = arguments.value(CACHE);
        if (cache.isPresent()) {
            access = access.withCache(CacheMode.of(cache.get()));
        }
        DiskSource source = DiskSource.named(arguments, arguments.onlyOperand("disk name"), DiskSource.FORMAT);
        try (Disk disk = Disk.open(shell.layer(), source, access)) {
            if (arguments.has(CHAIN)) {
                return checkChain(disk, json, quiet, shell);
            }
            String format = disk.format();
            CheckReport report;
            try {
                report = disk.backend().check(finding -> shell.err().print(finding.text() + "\n"));
            } catch (BlockException e) {
                return refused(e, shell);
            }
            CheckText text = new CheckText(source.name(), format, report);
            if (json) {
                shell.say(JsonText.qemu(text.json()));
            } else if (!quiet) {
                shell.out().print(text.human());
            }
            return code(report, shell);
        }
    }

    private static int checkChain(Disk disk, boolean json, boolean quiet, Shell shell) throws IOException {
        ChainCheck check = new ChainCheck(disk, shell.err());
        check.run();
        if (json) {
            shell.out().print(check.json());
        } else if (!quiet) {
            shell.out().print(check.human());
        }
        return check.code();
    }

    private static int refused(BlockException failure, Shell shell) {
        if (failure.kind() == ErrorKind.UNSUPPORTED) {
            shell.error("this image format does not support checks");
            return UNSUPPORTED;
        }
        shell.error("check failed: " + ErrorText.of(failure));
        return FAILED;
    }

    private static int code(CheckReport report, Shell shell) {
        if (report.checkErrors() != 0) {
            shell.error("check failed: " + report.checkErrors() + " parts of the image could not be checked");
            return FAILED;
        }
        if (report.corruptions() != 0) {
            return CORRUPT;
        }
        return report.leaks() != 0 ? LEAKS : OK;
    }
}
