// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.command;

import dev.varve.api.block.BlockException;
import dev.varve.api.graph.NewImage;
import dev.varve.api.spi.ByteSize;
import dev.varve.cli.disk.Disk;
import dev.varve.cli.disk.DiskAccess;
import dev.varve.cli.disk.DiskSource;
import dev.varve.cli.disk.ErrorText;
import dev.varve.cli.disk.PageBuffers;
import dev.varve.cli.disk.UnfinishedFile;
import dev.varve.cli.option.Arguments;
import dev.varve.cli.option.CommandSyntax;
import dev.varve.cli.option.OptionDeclaration;
import dev.varve.cli.option.UsageException;
import dev.varve.cli.shell.Shell;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** {@code dd}: copies blocks of a disk into a new image. */
final class DdCommand implements Command {
    private static final int CHUNK = 2 << 20;
    private static final List<String> KEYS = List.of("bs", "count", "if", "of", "skip");
    private static final OptionDeclaration TARGET_FORMAT = OptionDeclaration.value('O', "target-format", "FMT",
            "the new image's format, raw where it is not given");

    @Override
    public CommandSyntax syntax() {
        return CommandSyntax.of("dd", "[bs=SIZE] [count=N] [skip=N] if=DISK of=FILE",
                "copy blocks of a disk into a new image", TARGET_FORMAT, DiskSource.FORMAT, DiskSource.IMAGE_OPTS,
                DiskSource.FORCE_SHARE, DiskSource.OBJECT).withNotes(
                        "Blocks are 512 bytes where bs is not given; count is how many are copied, and skip how many "
                                + "are passed over first. As in qemu-img 7.2, count includes those.");
    }

    @Override
    public int run(Arguments arguments, Shell shell) throws UsageException, IOException {
        Map<String, String> operands = operands(arguments);
        long block = number(operands, "bs", 512);
        if (block < 1 || block > Integer.MAX_VALUE) {
            throw BlockException.invalidOption("Invalid bs specified. Must be between 1 and 2147483647.");
        }
        long count = number(operands, "count", -1);
        long skip = number(operands, "skip", 0);
        if (!operands.containsKey("if") || !operands.containsKey("of")) {
            throw BlockException.invalidOption("Must specify both input and output files");
        }
        DiskSource source = DiskSource.named(arguments, operands.getOrDefault("if", ""), DiskSource.FORMAT);
        DiskAccess access = DiskAccess.READ.withForceShare(arguments.has(DiskSource.FORCE_SHARE));
        try (Disk disk = Disk.open(shell.layer(), source, access)) {
            long end = disk.backend().size();
            if (count >= 0 && count <= Long.MAX_VALUE / block) {
                end = Math.min(end, count * block);
            }
            long start = skip > Long.MAX_VALUE / block || skip * block > end ? -1 : skip * block;
            if (start < 0) {
                shell.error(disk.name() + ": cannot skip to specified offset");
                start = end;
            }
            copy(disk, start, end, operands.getOrDefault("of", ""),
                    arguments.value(TARGET_FORMAT).orElse("raw"), shell);
        }
        return OK;
    }

    private static Map<String, String> operands(Arguments arguments) throws BlockException {
        Map<String, String> operands = new HashMap<>();
        for (String operand : arguments.operands()) {
            int equals = operand.indexOf('=');
            String key = equals < 0 ? operand : operand.substring(0, equals);
            if (equals < 0 || !KEYS.contains(key)) {
                throw BlockException.invalidOption("unrecognized operand " + key);
            }
            operands.put(key, operand.substring(equals + 1));
        }
        return operands;
    }

    private static long number(Map<String, String> operands, String key, long absent) throws BlockException {
        String text = operands.get(key);
        try {
            return text == null ? absent : ByteSize.parse(text);
        } catch (BlockException e) {
            throw BlockException.invalidOption("Invalid " + key + " specified: " + e.problem());
        }
    }

    private static void copy(Disk disk, long start, long end, String target, String format, Shell shell)
            throws IOException {
        FormatOptions.driver(shell.layer(), format);
        try (UnfinishedFile unfinished = UnfinishedFile.of(target)) {
            try {
                shell.layer().create(new NewImage(format, target, OptionalLong.of(end - start), Map.of(), true));
            } catch (IOException e) {
                throw new IOException(target + ": error while creating output image of type '" + format + "': "
                        + ErrorText.of(e), e);
            }
            DiskSource made = new DiskSource.Named(target, Optional.of(format), false);
            try (Disk output = Disk.open(shell.layer(), made, DiskAccess.WRITE.withDiscard(false))) {
                ByteBuffer buffer = PageBuffers.allocate(CHUNK);
                for (long at = start; at < end; at += buffer.limit()) {
                    buffer.clear().limit((int) Math.min(CHUNK, end - at));
                    disk.backend().read(at, buffer);
                    output.backend().write(at - start, buffer.flip());
                }
            }
            unfinished.finish();
        }
    }
}
