// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.command;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.ImageReference;
import dev.varve.api.block.OpenPurpose;
import dev.varve.api.block.Preallocation;
import dev.varve.api.graph.NodeView;
import dev.varve.cli.convert.CommitCopy;
import dev.varve.cli.disk.Disk;
import dev.varve.cli.disk.DiskAccess;
import dev.varve.cli.disk.DiskSource;
import dev.varve.cli.disk.ErrorText;
import dev.varve.cli.disk.LocalFile;
import dev.varve.cli.option.Arguments;
import dev.varve.cli.option.UsageException;
import dev.varve.cli.shell.Shell;
import dev.varve.cli.text.Progress;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * One run of {@code commit}. The layers above the base and the base with what is below it are opened as two disks, so
 * that the base can be written.
 */
final class Commit {
    private final Arguments arguments;
    private final Shell shell;
    private final DiskSource source;
    private final DiskAccess access;

    Commit(Arguments arguments, Shell shell, DiskSource source, DiskAccess access) {
        this.arguments = arguments;
        this.shell = shell;
        this.source = source;
        this.access = access;
    }

    void run() throws UsageException, IOException {
        long rate = arguments.size(CommitCommand.RATE, 0);
        List<NodeView> layers;
        int depth;
        String name;
        try (Disk disk = Disk.open(shell.layer(), source, DiskAccess.READ.withPurpose(OpenPurpose.METADATA))) {
            layers = disk.layers();
            depth = baseOf(layers);
            name = nameOf(disk, layers.get(depth - 1), layers.get(depth));
        }
        NodeView base = layers.get(depth);
        boolean drop = arguments.has(CommitCommand.DROP) || arguments.has(CommitCommand.BASE);
        DiskSource below = Disk.below(shell.layer(), source, depth, name, base.driver());
        try (Disk top = Disk.openAbove(shell.layer(), source, access, layers.subList(1, depth));
                Disk target = Disk.open(shell.layer(), below, access)) {
            copy(top, target, layers.subList(1, depth), rate);
            if (!drop) {
                empty(top);
            }
        }
    }

    /** The base as the layer above it names it, which may say more of it than its own file name. */
    private static String nameOf(Disk disk, NodeView above, NodeView base) throws IOException {
        Optional<ImageReference> reference = disk.infos(List.of(above)).get(0).backing();
        String storage = disk.storageOf(above).orElse(above.filename());
        return reference.isPresent() ? LocalFile.beside(storage, reference.get().name()) : base.filename();
    }

    private int baseOf(List<NodeView> layers) throws BlockException {
        if (layers.size() < 2) {
            throw BlockException.unsupported("Image does not have a backing file");
        }
        Optional<String> wanted = arguments.value(CommitCommand.BASE);
        if (wanted.isEmpty()) {
            return 1;
        }
        int depth = LayerNames.find(layers, wanted.get());
        if (depth < 0) {
            throw new BlockException(ErrorKind.NOT_FOUND, "Did not find '" + wanted.get()
                    + "' in the backing chain of '" + source.name() + "'");
        }
        return depth;
    }

    private void copy(Disk top, Disk target, List<NodeView> between, long rate) throws IOException {
        long size = top.backend().size();
        boolean shown = arguments.has(CommitCommand.PROGRESS) && !arguments.has(CommitCommand.QUIET);
        Progress progress = new Progress(shell.out(), shown, size);
        progress.add(0);
        if (size > target.backend().size()) {
            target.truncate(size, Preallocation.OFF);
        }
        long shortest = between.stream().mapToLong(NodeView::size).min().orElse(size);
        try {
            new CommitCopy(top.backend(), target.backend(), shortest, rate, progress).run();
        } catch (IOException e) {
            throw new IOException("Failed to commit '" + top.name() + "' to '" + target.name() + "': "
                    + ErrorText.of(e), e);
        }
        progress.end();
    }

    private static void empty(Disk top) throws IOException {
        try {
            top.backend().operations().makeEmpty();
        } catch (BlockException e) {
            if (e.kind() != ErrorKind.UNSUPPORTED) {
                throw new IOException("Could not empty " + top.name() + ": " + ErrorText.of(e), e);
            }
        }
    }
}
