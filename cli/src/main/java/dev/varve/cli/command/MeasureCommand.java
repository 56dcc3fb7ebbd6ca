// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.command;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.Measurement;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.NewImage;
import dev.varve.api.spi.ByteSize;
import dev.varve.cli.disk.Disk;
import dev.varve.cli.disk.DiskAccess;
import dev.varve.cli.disk.DiskSource;
import dev.varve.cli.option.Arguments;
import dev.varve.cli.option.CommandSyntax;
import dev.varve.cli.option.OptionDeclaration;
import dev.varve.cli.option.UsageException;
import dev.varve.cli.shell.Shell;
import dev.varve.cli.text.JsonText;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** {@code measure}: tells how large an image would be. */
final class MeasureCommand implements Command {
    private static final OptionDeclaration TARGET_FORMAT = OptionDeclaration.value('O', "target-format", "FMT",
            "the new image's format, raw where it is not given");
    private static final OptionDeclaration OPTIONS = OptionDeclaration.value('o', "options", "NAME=VALUE,...",
            "options of the new image's format");
    private static final OptionDeclaration SIZE = OptionDeclaration.value('s', "size", "SIZE",
            "the size of the new image, which holds nothing");
    private static final OptionDeclaration SNAPSHOT = OptionDeclaration.value('l', "snapshot", "SNAPSHOT",
            "measure an internal snapshot of the disk");

    @Override
    public CommandSyntax syntax() {
        return CommandSyntax.of("measure", "[DISK]", "tell how much storage a new image takes", TARGET_FORMAT,
                OPTIONS, SIZE, SNAPSHOT, DiskSource.FORMAT, DiskSource.IMAGE_OPTS, DiskSource.FORCE_SHARE,
                OutputFormat.OUTPUT, DiskSource.OBJECT).withNotes(
                        "Give a disk, as if it were converted, or --size, as if an empty image were created.");
    }

    @Override
    public int run(Arguments arguments, Shell shell) throws UsageException, IOException {
        boolean json = OutputFormat.isJson(arguments);
        CreateOptions options = CreateOptions.of(arguments.value(TARGET_FORMAT).orElse("raw"), shell.layer(),
                arguments.values(OPTIONS));
        if (options.isHelp()) {
            shell.out().print(options.help(true));
            return OK;
        }
        List<String> operands = arguments.operands();
        refuseContradictions(arguments, operands);
        Measurement measurement;
        if (operands.isEmpty()) {
            measurement = measure(shell, options, OptionalLong.of(size(arguments)), Optional.empty());
        } else {
            DiskSource source = DiskSource.named(arguments, operands.get(0), DiskSource.FORMAT);
            DiskAccess access = DiskAccess.READ.withForceShare(arguments.has(DiskSource.FORCE_SHARE));
            try (Disk disk = Disk.open(shell.layer(), source, access)) {
                if (arguments.has(SNAPSHOT)) {
                    SnapshotName.load(disk, arguments.value(SNAPSHOT).orElse(""));
                }
                measurement = measure(shell, options, OptionalLong.empty(), Optional.of(disk.backend()));
            }
        }
        shell.out().print(json ? JsonText.qemu(members(measurement)) + "\n" : human(measurement));
        return OK;
    }

    private static void refuseContradictions(Arguments arguments, List<String> operands) throws BlockException {
        if (operands.size() > 1) {
            throw BlockException.invalidOption("At most one filename argument is allowed.");
        }
        if (operands.isEmpty() && (arguments.has(DiskSource.IMAGE_OPTS) || arguments.has(DiskSource.FORMAT)
                || arguments.has(SNAPSHOT))) {
            throw BlockException.invalidOption(
                    "--image-opts, -f, and -l can only be used with a filename argument.");
        }
        if (operands.isEmpty() == !arguments.has(SIZE)) {
            throw BlockException.invalidOption(operands.isEmpty()
                    ? "Either --size N or one filename must be specified."
                    : "--size N cannot be used together with a filename.");
        }
    }

    private static long size(Arguments arguments) throws BlockException {
        try {
            return ByteSize.parse(arguments.value(SIZE).orElse(""));
        } catch (BlockException e) {
            throw BlockException.invalidOption("Invalid image size specified: " + e.problem());
        }
    }

    private static Measurement measure(Shell shell, CreateOptions options, OptionalLong size,
            Optional<BlockBackend> source) throws IOException {
        return shell.layer().measure(new NewImage(options.format(), "", size, options.forFormat(), false), source);
    }

    private static Map<String, Object> members(Measurement measurement) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("required", measurement.required());
        members.put("fully-allocated", measurement.fullyAllocated());
        measurement.bitmaps().ifPresent(bytes -> members.put("bitmaps", bytes));
        return members;
    }

    private static String human(Measurement measurement) {
        return "required size: " + measurement.required() + "\nfully allocated size: " + measurement.fullyAllocated()
                + "\n" + (measurement.bitmaps().isPresent()
                        ? "bitmaps size: " + measurement.bitmaps().getAsLong() + "\n" : "");
    }
}
