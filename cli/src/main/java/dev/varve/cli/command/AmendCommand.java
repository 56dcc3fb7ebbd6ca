// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.command;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.OptionSchema;
import dev.varve.api.spi.Options;
import dev.varve.cli.disk.CacheMode;
import dev.varve.cli.disk.Disk;
import dev.varve.cli.disk.DiskAccess;
import dev.varve.cli.disk.DiskSource;
import dev.varve.cli.disk.ErrorText;
import dev.varve.cli.disk.ProbedFormat;
import dev.varve.cli.option.Arguments;
import dev.varve.cli.option.CommandSyntax;
import dev.varve.cli.option.HintedException;
import dev.varve.cli.option.OptionDeclaration;
import dev.varve.cli.option.UsageException;
import dev.varve.cli.shell.Shell;
import dev.varve.cli.text.Progress;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoubleConsumer;

/** {@code amend}: changes options that creation gave an image. */
final class AmendCommand implements Command {
    private static final Set<String> BACKING = Set.of("backing_file", "backing_fmt");
    private static final int PARTS = 1_000_000;
    private static final OptionDeclaration OPTIONS = OptionDeclaration.value('o', "options", "NAME=VALUE,...",
            "what to change; '-o help' lists what can be");
    private static final OptionDeclaration CACHE = OptionDeclaration.value('t', "cache", "MODE",
            "how the host caches the image: writeback, the default, none, writethrough, directsync or unsafe");
    private static final OptionDeclaration FORCE = OptionDeclaration.flag("force",
            "do what may lose the data too, such as to erase the last key");
    private static final OptionDeclaration PROGRESS = OptionDeclaration.flag('p', "progress", "show progress");
    private static final OptionDeclaration QUIET = OptionDeclaration.flag('q', "quiet", "print nothing");

    @Override
    public CommandSyntax syntax() {
        return CommandSyntax.of("amend", "DISK", "change options that creation gave an image", OPTIONS,
                DiskSource.FORMAT, DiskSource.IMAGE_OPTS, CACHE, FORCE, PROGRESS, QUIET, DiskSource.OBJECT);
    }

    @Override
    public int run(Arguments arguments, Shell shell) throws UsageException, IOException {
        if (!arguments.has(OPTIONS)) {
            throw new UsageException("Must specify options (-o)");
        }
        FormatOptions given = FormatOptions.of(arguments.values(OPTIONS));
        Optional<String> format = arguments.value(DiskSource.FORMAT);
        if (given.isHelp() && format.isPresent()) {
            shell.out().print(help(FormatOptions.driver(shell.layer(), format.get())));
            return OK;
        }
        DiskSource source = DiskSource.named(arguments, arguments.onlyOperand("image file name"), DiskSource.FORMAT);
        DiskAccess access = DiskAccess.WRITE
                .withCache(ConvertCommand.cache(arguments, CACHE, CacheMode.WRITEBACK));
        boolean shown = arguments.has(PROGRESS) && !arguments.has(QUIET);
        try (Disk disk = ProbedFormat.open(shell, source, access)) {
            BlockDriver driver = FormatOptions.driver(shell.layer(), disk.format());
            if (given.isHelp()) {
                shell.out().print(help(driver));
                return OK;
            }
            Options changes = changes(driver, given);
            Progress progress = new Progress(shell.out(), shown, PARTS);
            progress.add(0);
            amend(disk, changes, arguments.has(FORCE), part -> progress.reach((long) (part * PARTS)));
            progress.end();
        }
        return OK;
    }

    /** A refusal to change the backing file tells what does. */
    private static void amend(Disk disk, Options changes, boolean force, DoubleConsumer progress) throws IOException {
        try {
            disk.backend().operations().amend(changes, force, progress);
        } catch (BlockException e) {
            boolean backing = BACKING.stream().anyMatch(changes.values()::containsKey);
            if (e.kind() != ErrorKind.UNSUPPORTED || !backing) {
                throw e;
            }
            throw new HintedException(ErrorText.of(e), "You can use 'qemu-img rebase' instead.\n", e);
        }
    }

    private static Options changes(BlockDriver driver, FormatOptions given) throws IOException {
        OptionSchema schema = checked(driver);
        try {
            return schema.read(given.values());
        } catch (BlockException e) {
            if (!isOfCreation(driver, given)) {
                throw e;
            }
            throw new HintedException(ErrorText.of(e), "This option is only supported for image creation\n", e);
        }
    }

    /** Tells whether all would be well if creation took place. */
    private static boolean isOfCreation(BlockDriver driver, FormatOptions given) {
        OptionSchema amending = driver.amendOptions();
        Map<String, String> others = new LinkedHashMap<>(given.values());
        Map<String, String> own = new LinkedHashMap<>(given.values());
        others.keySet().removeIf(name -> amending.find(name).isPresent());
        own.keySet().removeIf(name -> amending.find(name).isEmpty());
        try {
            amending.read(own);
            driver.createOptions().read(others);
            return true;
        } catch (BlockException e) {
            return false;
        }
    }

    private static OptionSchema checked(BlockDriver driver) throws BlockException {
        if (driver.amendOptions().specs().isEmpty()) {
            throw BlockException.unsupported("Format driver '" + driver.name()
                    + "' does not support option amendment");
        }
        return driver.amendOptions();
    }

    private static String help(BlockDriver driver) throws BlockException {
        return "Amend options for '" + driver.name() + "':\n" + FormatOptions.list(checked(driver).specs());
    }
}
