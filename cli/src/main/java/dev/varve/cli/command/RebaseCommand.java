// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.command;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.ImageReference;
import dev.varve.api.block.NodeName;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.NodeView;
import dev.varve.cli.convert.RebaseCopy;
import dev.varve.cli.disk.CacheMode;
import dev.varve.cli.disk.Disk;
import dev.varve.cli.disk.DiskAccess;
import dev.varve.cli.disk.DiskSource;
import dev.varve.cli.disk.ErrorText;
import dev.varve.cli.disk.LocalFile;
import dev.varve.cli.disk.ProbedFormat;
import dev.varve.cli.option.Arguments;
import dev.varve.cli.option.CommandSyntax;
import dev.varve.cli.option.OptionDeclaration;
import dev.varve.cli.option.UsageException;
import dev.varve.cli.shell.Shell;
import dev.varve.cli.text.Progress;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** {@code rebase}: gives an image another backing file. */
final class RebaseCommand implements Command {
    private static final OptionDeclaration BACKING = OptionDeclaration.value('b', "backing", "FILE",
            "the new backing file, as it is to stand in the image; empty for none");
    private static final OptionDeclaration BACKING_FORMAT = OptionDeclaration.value('F', "backing-format", "FMT",
            "the new backing file's format, needed with -b");
    private static final OptionDeclaration UNSAFE = OptionDeclaration.flag('u', "backing-unsafe",
            "change the name alone; no backing file is opened");
    private static final OptionDeclaration COMPRESS = OptionDeclaration.flag('c', "compress",
            "write what has to be copied compressed");
    private static final OptionDeclaration CACHE = OptionDeclaration.value('t', "cache", "MODE",
            "how the host caches the image: writeback, the default, none, writethrough, directsync or unsafe");
    private static final OptionDeclaration SOURCE_CACHE = OptionDeclaration.value('T', "source-cache", "MODE",
            "how the host caches the backing files");
    private static final OptionDeclaration PROGRESS = OptionDeclaration.flag('p', "progress", "show progress");
    private static final OptionDeclaration QUIET = OptionDeclaration.flag('q', "quiet", "print nothing");

    @Override
    public CommandSyntax syntax() {
        return CommandSyntax.of("rebase", "DISK", "give an image another backing file", BACKING, BACKING_FORMAT,
                UNSAFE, COMPRESS, DiskSource.FORMAT, DiskSource.IMAGE_OPTS, DiskSource.FORCE_SHARE, CACHE,
                SOURCE_CACHE, PROGRESS, QUIET, DiskSource.OBJECT).withNotes(
                        "Unless -u is given the disk reads as before: what the backing files show differently is "
                                + "copied into the image first.");
    }

    @Override
    public int run(Arguments arguments, Shell shell) throws UsageException, IOException {
        String name = arguments.onlyOperand("image file name");
        boolean unsafe = arguments.has(UNSAFE);
        Optional<String> given = arguments.value(BACKING);
        if (given.isEmpty() && !unsafe) {
            throw new UsageException("Must specify backing file (-b) or use unsafe mode (-u)");
        }
        Optional<String> backing = given.filter(file -> !file.isEmpty());
        Optional<String> format = arguments.value(BACKING_FORMAT);
        if (format.isPresent()) {
            FormatOptions.driver(shell.layer(), format.get());
        }
        DiskAccess access = DiskAccess.WRITE
                .withCache(ConvertCommand.cache(arguments, CACHE, CacheMode.WRITEBACK))
                .withForceShare(arguments.has(DiskSource.FORCE_SHARE));
        DiskSource source = DiskSource.named(arguments, name, DiskSource.FORMAT);
        try (Disk overlay = ProbedFormat.open(shell, source, unsafe ? access.withoutBacking() : access)) {
            boolean shown = arguments.has(PROGRESS) && !arguments.has(QUIET);
            Progress progress = new Progress(shell.out(), shown, unsafe ? 0 : overlay.backend().size());
            if (!unsafe) {
                progress.add(0);
                copy(overlay, backing, arguments, shell, progress);
            }
            change(overlay, backing, format);
            progress.end();
        }
        return OK;
    }

    private static void copy(Disk overlay, Optional<String> backing, Arguments arguments, Shell shell,
            Progress progress) throws UsageException, IOException {
        List<NodeView> layers = overlay.layers();
        long oldSize = layers.size() > 1 ? layers.get(1).size() : 0;
        int cluster = arguments.has(COMPRESS)
                ? Math.toIntExact(overlay.backend().info().clusterSize().orElse(0)) : 0;
        if (backing.isEmpty()) {
            new RebaseCopy(overlay.backend(), oldSize, Optional.empty(), Optional.empty(), cluster, progress).run();
            return;
        }
        String path = LocalFile.beside(layers.get(0).filename(), backing.get());
        int depth = LayerNames.findDisk(layers, path);
        Optional<NodeName> common = depth < 0 ? Optional.empty() : Optional.of(layers.get(depth).name());
        DiskAccess access = DiskAccess.READ
                .withCache(ConvertCommand.cache(arguments, SOURCE_CACHE, CacheMode.WRITEBACK))
                .withForceShare(arguments.has(DiskSource.FORCE_SHARE));
        try (Disk replacement = opened(shell, new DiskSource.Named(path, arguments.value(BACKING_FORMAT), false,
                arguments.values(DiskSource.OBJECT)), access)) {
            Optional<BlockBackend> shows = Optional.of(replacement.backend());
            new RebaseCopy(overlay.backend(), oldSize, shows, common, cluster, progress).run();
        }
    }

    private static Disk opened(Shell shell, DiskSource source, DiskAccess access) throws IOException {
        try {
            return Disk.open(shell.layer(), source, access);
        } catch (IOException e) {
            throw new IOException("Could not open new backing file '" + source.name() + "': " + ErrorText.of(e), e);
        }
    }

    private static void change(Disk overlay, Optional<String> backing, Optional<String> format) throws IOException {
        try {
            if (backing.isPresent() && format.isEmpty()) {
                throw new BlockException(ErrorKind.INVALID_OPTION, "backing format must be specified");
            }
            overlay.backend().operations().changeBackingFile(backing.map(file -> new ImageReference(file, format)));
        } catch (IOException e) {
            throw new IOException("Could not change the backing file to '" + backing.orElse("") + "': "
                    + ErrorText.of(e), e);
        }
    }
}
