// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.command;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.Preallocation;
import dev.varve.api.spi.ByteSize;
import dev.varve.cli.disk.Disk;
import dev.varve.cli.disk.DiskAccess;
import dev.varve.cli.disk.DiskSource;
import dev.varve.cli.disk.ProbedFormat;
import dev.varve.cli.option.Arguments;
import dev.varve.cli.option.CommandSyntax;
import dev.varve.cli.option.HintedException;
import dev.varve.cli.option.OptionDeclaration;
import dev.varve.cli.option.UsageException;
import dev.varve.cli.shell.Shell;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** {@code resize}: changes the size of a disk. */
final class ResizeCommand implements Command {
    private static final OptionDeclaration PREALLOCATION = OptionDeclaration.value("preallocation", "MODE",
            "how a grown area is allocated: off, the default, metadata, falloc or full");
    private static final OptionDeclaration SHRINK = OptionDeclaration.flag("shrink",
            "allow the disk to become smaller: what lies behind its new end is lost");
    private static final OptionDeclaration QUIET = OptionDeclaration.flag('q', "quiet", "print nothing");

    @Override
    public CommandSyntax syntax() {
        return CommandSyntax.of("resize", "DISK [+|-]SIZE", "change the size of a disk", DiskSource.FORMAT,
                DiskSource.IMAGE_OPTS, PREALLOCATION, SHRINK, QUIET, DiskSource.OBJECT).withNotes(
                        "With a sign in front, the size grows or shrinks by SIZE.");
    }

    /** The size is the last word, also where it begins with a dash. */
    @Override
    public Arguments parse(List<String> words) throws UsageException {
        if (words.size() < 2) {
            return Command.super.parse(words);
        }
        Arguments arguments = Command.super.parse(words.subList(0, words.size() - 1));
        arguments.addLast(words.get(words.size() - 1));
        return arguments;
    }

    @Override
    public int run(Arguments arguments, Shell shell) throws UsageException, IOException {
        List<String> operands = arguments.operands();
        if (operands.size() != 2) {
            throw new UsageException("Expecting image file name and size");
        }
        Preallocation mode = mode(arguments.value(PREALLOCATION).orElse("off"));
        String change = operands.get(1);
        char sign = change.isEmpty() ? ' ' : change.charAt(0);
        boolean relative = sign == '+' || sign == '-';
        long amount = amount(relative ? change.substring(1) : change);
        DiskSource source = DiskSource.named(arguments, operands.get(0), DiskSource.FORMAT);
        try (Disk disk = ProbedFormat.open(shell, source, DiskAccess.WRITE)) {
            long now = disk.backend().size();
            long size = relative ? now + (sign == '-' ? -amount : amount) : amount;
            if (!allowed(now, size, mode, arguments.has(SHRINK), shell)) {
                return FAILED;
            }
            disk.truncate(size, mode);
        }
        if (!arguments.has(QUIET)) {
            shell.say("Image resized.");
        }
        return OK;
    }

    static Preallocation mode(String text) throws BlockException {
        for (Preallocation mode : Preallocation.values()) {
            if (mode.name().toLowerCase(Locale.ROOT).equals(text)) {
                return mode;
            }
        }
        throw BlockException.invalidOption("Invalid preallocation mode '" + text + "'");
    }

    private static long amount(String text) throws HintedException {
        try {
            return ByteSize.parse(text);
        } catch (BlockException e) {
            throw HintedException.size("Parameter 'size' expects a non-negative number below 2^64, given is '" + text
                    + "'");
        }
    }

    private static boolean allowed(long now, long size, Preallocation mode, boolean shrink, Shell shell) {
        if (size <= 0) {
            shell.error("New image size must be positive");
        } else if (size <= now && mode != Preallocation.OFF) {
            shell.error("Preallocation can only be used for growing images");
        } else if (size < now && !shrink) {
            shell.error("Use the --shrink option to perform a shrink operation.");
            shell.warn("Shrinking an image will delete all data beyond the shrunken image's end. Before performing "
                    + "such an operation, make sure there is no important data there.");
        } else {
            return true;
        }
        return false;
    }
}
