// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.command;

import dev.varve.api.block.BitmapInfo;
import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.NewImage;
import dev.varve.api.graph.NodeView;
import dev.varve.cli.convert.Copier;
import dev.varve.cli.convert.CopyOrder;
import dev.varve.cli.convert.Salvage;
import dev.varve.cli.disk.CacheMode;
import dev.varve.cli.disk.Disk;
import dev.varve.cli.disk.DiskAccess;
import dev.varve.cli.disk.DiskSource;
import dev.varve.cli.disk.ErrorText;
import dev.varve.cli.disk.LocalFile;
import dev.varve.cli.disk.UnfinishedFile;
import dev.varve.cli.disk.UserObjects;
import dev.varve.cli.option.Arguments;
import dev.varve.cli.option.UsageException;
import dev.varve.cli.shell.Shell;
import dev.varve.cli.text.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** One run of {@code convert}: opens the sources, makes the target, copies, and clears up. */
final class Conversion {
    private static final int CHUNK = 2 << 20;
    private static final int SECTOR = 512;
    private static final int SPARSE = 4096;
    private static final int MAX_SPARSE = 16 << 20;
    private static final int MAX_REQUESTS = 16;
    private static final int USUAL_REQUESTS = 8;

    private final Arguments arguments;
    private final Shell shell;
    private final List<DiskSource> sources;
    private final String target;
    private final CreateOptions create;
    private final List<Disk> disks = new ArrayList<>();

    Conversion(Arguments arguments, Shell shell, List<DiskSource> sources, String target, CreateOptions create) {
        this.arguments = arguments;
        this.shell = shell;
        this.sources = sources;
        this.target = target;
        this.create = create;
    }

    void run() throws UsageException, IOException {
        CacheMode cache = ConvertCommand.cache(arguments, ConvertCommand.CACHE, CacheMode.UNSAFE);
        int sparse = sparse();
        int requests = requests();
        long rate = arguments.size(ConvertCommand.RATE, 0);
        try {
            long size = openSources();
            List<BitmapInfo> bitmaps = arguments.has(ConvertCommand.BITMAPS)
                    ? CopiedBitmaps.of(disks.get(0), arguments.has(ConvertCommand.SKIP_BROKEN), shell) : List.of();
            // Whether a new target reads as zeroes: a device that is overwritten does not.
            boolean fresh = !arguments.has(ConvertCommand.NO_CREATE) && !isDevice();
            try (UnfinishedFile unfinished = arguments.has(ConvertCommand.NO_CREATE) ? UnfinishedFile.none()
                    : UnfinishedFile.of(target)) {
                if (!arguments.has(ConvertCommand.NO_CREATE)) {
                    createTarget(size);
                }
                try (Disk output = Disk.open(shell.layer(), targetSource(),
                        DiskAccess.WRITE.withCache(cache))) {
                    refuseTarget(output);
                    copy(output, size, order(output, fresh, size, new Limits(sparse, requests, rate, cache)));
                    CopiedBitmaps.copy(bitmaps, disks.get(0), output);
                }
                unfinished.finish();
            }
        } finally {
            closeSources();
        }
    }

    private int sparse() throws UsageException, BlockException {
        long sparse = arguments.size(ConvertCommand.SPARSE, SPARSE);
        if (sparse % SECTOR != 0 || sparse > MAX_SPARSE) {
            throw BlockException.invalidOption("Invalid buffer size for sparse output specified: " + sparse
                    + ". Valid sizes are multiples of " + SECTOR + " up to " + MAX_SPARSE + ". Select 0 to disable "
                    + "sparse detection (fully allocates output).");
        }
        return (int) sparse;
    }

    private long openSources() throws UsageException, IOException {
        DiskAccess access = DiskAccess.READ.withForceShare(arguments.has(DiskSource.FORCE_SHARE)).withCache(
                ConvertCommand.cache(arguments, ConvertCommand.SOURCE_CACHE, CacheMode.WRITEBACK))
                .withoutOtherWriters();
        long size = 0;
        for (DiskSource source : sources) {
            Disk disk = Disk.open(shell.layer(), source, access);
            disks.add(disk);
            refuseOverwriting(disk);
            if (arguments.has(ConvertCommand.SNAPSHOT)) {
                SnapshotName.load(disk, arguments.value(ConvertCommand.SNAPSHOT).orElse(""));
            }
            size += (disk.backend().size() + SECTOR - 1) / SECTOR * SECTOR;
        }
        return size;
    }

    private void closeSources() throws IOException {
        for (Disk disk : disks) {
            disk.close();
        }
    }

    private void refuseOverwriting(Disk source) throws BlockException {
        Optional<Path> path = LocalFile.of(target);
        if (path.isEmpty()) {
            return;
        }
        if (source.uses(path.get())) {
            throw new BlockException(ErrorKind.LOCKED, "the target '" + target + "' is part of the source '"
                    + source.name() + "'");
        }
    }

    private void refuseTarget(Disk output) throws IOException {
        if (arguments.has(ConvertCommand.BITMAPS)) {
            output.backend().operations().bitmaps().list();
        }
        if (arguments.has(ConvertCommand.COMPRESS) && output.backend().info().clusterSize().isEmpty()) {
            throw BlockException.unsupported("Compression not supported for this file format");
        }
    }

    private boolean isDevice() {
        Optional<Path> path = LocalFile.of(target);
        return path.isEmpty() || Files.exists(path.get()) && !Files.isRegularFile(path.get());
    }

    private void createTarget(long size) throws IOException {
        String format = arguments.value(ConvertCommand.TARGET_FORMAT).orElse("raw");
        try {
            shell.layer().create(new NewImage(format, target, OptionalLong.of(size), create.forDriver(), true,
                    UserObjects.of(shell.layer(), arguments.values(DiskSource.OBJECT))));
        } catch (IOException e) {
            throw new IOException(target + ": error while converting to " + format + ": " + ErrorText.of(e), e);
        }
    }

    private DiskSource targetSource() {
        return arguments.has(ConvertCommand.TARGET_IMAGE_OPTS)
                ? new DiskSource.Named(target, Optional.empty(), true, arguments.values(DiskSource.OBJECT))
                : new DiskSource.Named(target,
                        Optional.of(arguments.value(ConvertCommand.TARGET_FORMAT).orElse("raw")), false,
                        arguments.values(DiskSource.OBJECT));
    }

    /** What the options say of the copy itself. */
    private record Limits(int sparse, int requests, long rate, CacheMode cache) {}

    private int requests() throws UsageException {
        int usual = Math.min(USUAL_REQUESTS, 2 * Runtime.getRuntime().availableProcessors());
        return arguments.number(ConvertCommand.REQUESTS, usual, 1, MAX_REQUESTS);
    }

    private CopyOrder order(Disk output, boolean fresh, long size, Limits limits) throws IOException {
        long cluster = output.backend().info().clusterSize().orElse(0);
        int smallest = Math.max(SECTOR, Integer.highestOneBit(limits.sparse()));
        int granule = arguments.has(ConvertCommand.COMPRESS) ? (int) Math.min(cluster, CHUNK)
                : (int) Math.max(smallest, Math.min(cluster, CHUNK));
        boolean backed = create.hasBacking();
        boolean compressed = arguments.has(ConvertCommand.COMPRESS);
        List<NodeView> layers = output.layers();
        long backingSize = backed && layers.size() > 1 ? layers.get(1).size() : 0;
        boolean zeroed = !backed && (fresh || arguments.has(ConvertCommand.TARGET_IS_ZERO));
        boolean inOrder = !arguments.has(ConvertCommand.OUT_OF_ORDER) && !output.format().equals("raw");
        int threads = (int) Math.max(1, Math.min(limits.requests(), size / CHUNK));
        int sparse = compressed ? Math.min(granule, limits.sparse()) : limits.sparse();
        return new CopyOrder(CHUNK, threads, inOrder, sparse, granule, zeroed, backed, backingSize,
                limits.rate(), limits.cache().writeThrough(), compressed);
    }

    private void copy(Disk output, long size, CopyOrder order) throws IOException {
        if (output.backend().size() < size) {
            throw new BlockException(ErrorKind.NO_SPACE, "the target '" + target + "' is smaller than the source: "
                    + output.backend().size() + " bytes, needed are " + size);
        }
        boolean shown = arguments.has(ConvertCommand.PROGRESS) && !arguments.has(ConvertCommand.QUIET);
        Progress progress = new Progress(shell.out(), shown, size);
        progress.add(0);
        List<BlockBackend> inputs = disks.stream().map(Disk::backend).toList();
        Salvage salvage = new Salvage(arguments.has(ConvertCommand.SALVAGE),
                arguments.has(ConvertCommand.QUIET) ? warning -> { } : shell::warn);
        try {
            Copier.copy(inputs, output.backend(), order, salvage, progress);
        } catch (IOException e) {
            throw new IOException("error while converting to '" + target + "': " + ErrorText.of(e), e);
        }
        progress.end();
    }
}
