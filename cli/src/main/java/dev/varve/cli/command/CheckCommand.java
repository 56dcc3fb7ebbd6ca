// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.command;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.CheckFinding;
import dev.varve.api.block.CheckReport;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.OpenPurpose;
import dev.varve.api.block.RepairScope;
import dev.varve.cli.disk.CacheMode;
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
import dev.varve.cli.text.JsonText;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/** {@code check}: looks for errors in an image's metadata. */
final class CheckCommand implements Command {
    static final int CORRUPT = 2;
    static final int LEAKS = 3;
    static final int UNSUPPORTED = 63;
    private static final OptionDeclaration REPAIR = OptionDeclaration.value('r', "repair", "leaks|all",
            "mend what is wrong: leaked clusters, or everything that can be mended");
    private static final OptionDeclaration CACHE = OptionDeclaration.value('T', "source-cache", "MODE",
            "how the host caches the image: writeback, none, writethrough, directsync or unsafe");
    private static final OptionDeclaration CHAIN = OptionDeclaration.flag("chain",
            "check every layer of the disk, not its own image alone");
    private static final OptionDeclaration QUIET = OptionDeclaration.flag('q', "quiet", "print findings only");

    @Override
    public CommandSyntax syntax() {
        return CommandSyntax.of("check", "DISK", "check an image's metadata, and mend it", DiskSource.FORMAT,
                DiskSource.IMAGE_OPTS, DiskSource.FORCE_SHARE, OutputFormat.OUTPUT, CACHE, QUIET, CHAIN, REPAIR,
                DiskSource.OBJECT).withNotes("Findings go to standard error. Exit codes: 0 no errors, 1 the check "
                        + "could not be completed, 2 the image is corrupt, 3 there are leaked clusters but no "
                        + "corruption, 63 the format has no check. After a repair they tell of the mended image.",
                        "With --chain findings begin with the layer, and the exit code is the worst of all layers': "
                                + "1 before 2, 2 before 3. Layers whose format has no check are passed over; 63 if "
                                + "that is all of them.");
    }

    @Override
    public int run(Arguments arguments, Shell shell) throws UsageException, IOException {
        boolean json = OutputFormat.isJson(arguments);
        boolean quiet = arguments.has(QUIET);
        Optional<RepairScope> scope = scope(arguments);
        DiskAccess access = (scope.isPresent() ? DiskAccess.WRITE : DiskAccess.READ)
                .withForceShare(arguments.has(DiskSource.FORCE_SHARE)).withPurpose(OpenPurpose.CHECK);
        Optional<String> cache = arguments.value(CACHE);
        if (cache.isPresent()) {
            access = access.withCache(CacheMode.of(cache.get()));
        }
        DiskSource source = DiskSource.named(arguments, arguments.onlyOperand("disk name"), DiskSource.FORMAT);
        if (arguments.has(CHAIN) && scope.isPresent()) {
            throw new UsageException("options --chain and --repair do not go together");
        }
        try (Disk disk = ProbedFormat.open(shell, source, access)) {
            if (arguments.has(CHAIN)) {
                return checkChain(disk, json, quiet, shell);
            }
            CheckReport report;
            try {
                report = report(disk, scope, json || quiet, shell);
            } catch (BlockException e) {
                return refused(e, shell);
            }
            CheckText text = new CheckText(source.name(), disk.format(), report);
            if (json && !report.isStopped()) {
                shell.say(JsonText.qemu(text.json()));
            } else if (!quiet && !report.isStopped()) {
                shell.out().print(text.human());
            }
            return code(report, shell);
        }
    }

    private static Optional<RepairScope> scope(Arguments arguments) throws UsageException {
        Optional<String> scope = arguments.value(REPAIR);
        if (scope.isEmpty()) {
            return Optional.empty();
        }
        return switch (scope.get()) {
            case "leaks" -> Optional.of(RepairScope.LEAKS);
            case "all" -> Optional.of(RepairScope.ALL);
            default -> throw new UsageException("-r expects 'leaks' or 'all', not '" + scope.get() + "'");
        };
    }

    /** Checks, and once more where something was mended: what counts is the image as it is then. */
    private static CheckReport report(Disk disk, Optional<RepairScope> scope, boolean quiet, Shell shell)
            throws IOException {
        Consumer<CheckFinding> findings = finding -> print(finding, shell);
        if (scope.isEmpty()) {
            return disk.backend().check(findings);
        }
        CheckReport mended = disk.backend().operations().repair(scope.get(), findings);
        if (mended.corruptionsFixed() == 0 && mended.leaksFixed() == 0) {
            return mended;
        }
        if (!quiet) {
            shell.out().print("The following inconsistencies were found and repaired:\n\n    " + mended.leaksFixed()
                    + " leaked clusters\n    " + mended.corruptionsFixed()
                    + " corruptions\n\nDouble checking the fixed image now...\n");
        }
        return disk.backend().check(findings).afterRepair(mended);
    }

    /** What ended the check and has a hint is told as this program's own error, as QEMU does. */
    private static void print(CheckFinding finding, Shell shell) {
        boolean own = finding.kind() == CheckFinding.Kind.CHECK_ERROR && finding.text().contains("\n");
        if (own) {
            shell.error(finding.text());
        } else {
            shell.err().print(finding.text() + "\n");
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
            shell.error("This image format does not support checks");
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
