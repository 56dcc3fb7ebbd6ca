// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.command;

import dev.varve.api.block.BlockException;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.spi.ByteSize;
import dev.varve.cli.chain.ExplainText;
import dev.varve.cli.chain.ExplainedExtent;
import dev.varve.cli.disk.Disk;
import dev.varve.cli.disk.DiskAccess;
import dev.varve.cli.disk.DiskSource;
import dev.varve.cli.option.Arguments;
import dev.varve.cli.option.CommandSyntax;
import dev.varve.cli.option.UsageException;
import dev.varve.cli.shell.Shell;
import dev.varve.cli.text.Count;
import dev.varve.cli.text.JsonText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** {@code explain}: who answers a read of a range, and what finding out costs. */
final class ExplainCommand implements Command {
    @Override
    public CommandSyntax syntax() {
        return CommandSyntax.of("explain", "DISK OFFSET [LENGTH]",
                "explain which layer answers a read, from where, and what that costs", DiskSource.FORMAT,
                DiskSource.IMAGE_OPTS, DiskSource.FORCE_SHARE, OutputFormat.OUTPUT, DiskSource.GRAPH, DiskSource.NODE,
                DiskSource.OBJECT).withNotes(
                        "Without LENGTH the extent is explained that OFFSET lies in, from OFFSET to its end. With "
                                + "--graph the operands are OFFSET and LENGTH.");
    }

    @Override
    public int run(Arguments arguments, Shell shell) throws UsageException, IOException {
        boolean json = OutputFormat.isJson(arguments);
        List<String> range = new ArrayList<>(arguments.operands());
        Optional<DiskSource> inGraph = DiskSource.inGraph(arguments);
        int least = inGraph.isPresent() ? 1 : 2;
        if (range.size() < least || range.size() > least + 1) {
            throw new UsageException("expecting " + (least == 1 ? "" : "a disk name, ")
                    + "an offset and perhaps a length, given are " + Count.of(range.size(), "operand"));
        }
        DiskSource source = inGraph.isPresent() ? inGraph.get()
                : DiskSource.named(arguments, range.remove(0), DiskSource.FORMAT);
        long offset = size("OFFSET", range.get(0));
        OptionalLong length = range.size() > 1 ? OptionalLong.of(size("LENGTH", range.get(1))) : OptionalLong.empty();
        if (length.isPresent() && length.getAsLong() == 0) {
            throw new UsageException("LENGTH is 0, allowed is: at least 1");
        }
        DiskAccess access = DiskAccess.READ.withForceShare(arguments.has(DiskSource.FORCE_SHARE));
        try (Disk disk = Disk.open(shell.layer(), source, access)) {
            ExplainText text = new ExplainText(runs(disk, offset, length), disk.filenames());
            shell.out().print(json ? JsonText.of(text.json()) + "\n" : text.human());
        }
        return OK;
    }

    private static long size(String operand, String text) throws UsageException {
        try {
            return ByteSize.parse(text);
        } catch (BlockException e) {
            throw new UsageException(operand + ": " + e.problem());
        }
    }

    private static List<ExplainedExtent> runs(Disk disk, long offset, OptionalLong length) throws IOException {
        BlockBackend backend = disk.backend();
        long size = backend.size();
        if (offset >= size) {
            throw BlockException.invalidOption("offset " + offset + " lies behind the end of '" + disk.name()
                    + "', which has " + size + " bytes");
        }
        long end = offset + Math.min(length.orElse(Long.MAX_VALUE), size - offset);
        List<ExplainedExtent> runs = new ArrayList<>();
        ExplainedExtent run = ExplainedExtent.at(backend, offset, end - offset);
        while (run.extent().end() < end) {
            ExplainedExtent next = ExplainedExtent.at(backend, run.extent().end(), end - run.extent().end());
            if (run.continuedBy(next)) {
                run = run.joinedWith(next);
            } else if (length.isEmpty()) {
                break;
            } else {
                runs.add(run);
                run = next;
            }
        }
        runs.add(run);
        return runs;
    }
}
