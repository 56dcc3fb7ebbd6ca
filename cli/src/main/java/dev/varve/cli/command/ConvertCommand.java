// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.command;

import dev.varve.api.block.BlockException;
import dev.varve.cli.disk.CacheMode;
import dev.varve.cli.disk.DiskSource;
import dev.varve.cli.option.Arguments;
import dev.varve.cli.option.CommandSyntax;
import dev.varve.cli.option.OptionDeclaration;
import dev.varve.cli.option.UsageException;
import dev.varve.cli.shell.Shell;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code convert}: copies disks into a new image. */
final class ConvertCommand implements Command {
    static final OptionDeclaration TARGET_FORMAT = OptionDeclaration.value('O', "target-format", "FMT",
            "the target's format, raw where it is not given");
    static final OptionDeclaration OPTIONS = OptionDeclaration.value('o', "options", "NAME=VALUE,...",
            "options of the target's format; '-o help' lists them");
    static final OptionDeclaration BACKING = OptionDeclaration.value('B', "backing", "FILE",
            "give the target this backing file, which must hold what the source's own backing file holds: only what "
                    + "the source's top layer holds is copied");
    static final OptionDeclaration BACKING_FORMAT = OptionDeclaration.value('F', "backing-format", "FMT",
            "the backing file's format, needed with -B");
    static final OptionDeclaration SNAPSHOT = OptionDeclaration.value('l', "snapshot", "SNAPSHOT",
            "copy an internal snapshot: an id or a name, or snapshot.id=ID,snapshot.name=NAME");
    static final OptionDeclaration COMPRESS = OptionDeclaration.flag('c', "compress", "write compressed clusters");
    static final OptionDeclaration SPARSE = OptionDeclaration.value('S', "sparse-size", "SIZE",
            "leave out runs of zero bytes from this length on, 4k where it is not given; 0 writes all of the target");
    static final OptionDeclaration COPY_RANGE = OptionDeclaration.flag('C', "copy-range-offloading",
            "let the system copy between files where it can; zeroes are not looked for then");
    static final OptionDeclaration NO_CREATE = OptionDeclaration.flag('n', "no-create",
            "the target exists already: do not create it");
    static final OptionDeclaration TARGET_IS_ZERO = OptionDeclaration.flag("target-is-zero",
            "with -n: the target reads as zeroes, so zeroes need not be written");
    static final OptionDeclaration TARGET_IMAGE_OPTS = OptionDeclaration.flag("target-image-opts",
            "with -n: the target's name is an option string");
    static final OptionDeclaration BITMAPS = OptionDeclaration.flag("bitmaps",
            "copy the persistent dirty bitmaps of the source as well");
    static final OptionDeclaration SKIP_BROKEN = OptionDeclaration.flag("skip-broken-bitmaps",
            "with --bitmaps: pass over those that cannot be trusted");
    static final OptionDeclaration SALVAGE = OptionDeclaration.flag("salvage",
            "go on where the source cannot be read: zeroes stand for what is lost");
    static final OptionDeclaration CACHE = OptionDeclaration.value('t', "target-cache", "MODE",
            "how the host caches the target: unsafe, the default, writeback, none, writethrough or directsync");
    static final OptionDeclaration SOURCE_CACHE = OptionDeclaration.value('T', "source-cache", "MODE",
            "how the host caches the sources: writeback, the default, none, writethrough, directsync or unsafe");
    static final OptionDeclaration REQUESTS = OptionDeclaration.value('m', "parallel", "N",
            "how many requests run at once, 1 to 16");
    static final OptionDeclaration OUT_OF_ORDER = OptionDeclaration.flag('W', "oob",
            "write in any order: faster where the target is slow, but its data may be fragmented");
    static final OptionDeclaration RATE = OptionDeclaration.value('r', "rate-limit", "SIZE",
            "write at most so many bytes a second");
    static final OptionDeclaration PROGRESS = OptionDeclaration.flag('p', "progress", "show progress");
    static final OptionDeclaration QUIET = OptionDeclaration.flag('q', "quiet", "print nothing");

    @Override
    public CommandSyntax syntax() {
        List<OptionDeclaration> options = List.of(DiskSource.FORMAT, DiskSource.IMAGE_OPTS, DiskSource.FORCE_SHARE,
                DiskSource.GRAPH, DiskSource.NODE, TARGET_FORMAT, OPTIONS, BACKING, BACKING_FORMAT, SNAPSHOT, COMPRESS,
                SPARSE, COPY_RANGE, NO_CREATE, TARGET_IS_ZERO, TARGET_IMAGE_OPTS, BITMAPS, SKIP_BROKEN, SALVAGE, CACHE,
                SOURCE_CACHE, REQUESTS, OUT_OF_ORDER, RATE, PROGRESS, QUIET, DiskSource.OBJECT);
        return new CommandSyntax("convert", "SOURCE... TARGET",
                "copy a disk, or several one behind the other, into a new image", options, List.of(
                        "With --graph the disk of the graph file is the first source.",
                        "A target that this command made is removed where the copy fails or is interrupted; one that "
                                + "was there before stays, with undefined content.",
                        "Like qemu-img, the command does not wait for stable storage unless another target cache mode "
                                + "than unsafe is chosen."));
    }

    @Override
    public int run(Arguments arguments, Shell shell) throws UsageException, IOException {
        List<String> operands = arguments.operands();
        List<DiskSource> sources = new ArrayList<>();
        Optional<DiskSource> inGraph = DiskSource.inGraph(arguments);
        inGraph.ifPresent(sources::add);
        CreateOptions create = CreateOptions.of(arguments.value(TARGET_FORMAT).orElse("raw"), shell.layer(),
                arguments.values(OPTIONS));
        if (create.isHelp()) {
            shell.out().print(create.help(!operands.isEmpty()));
            return OK;
        }
        if (operands.size() + sources.size() < 2) {
            throw BlockException.invalidOption("Must specify image file name: a source and a target");
        }
        for (String name : operands.subList(0, operands.size() - 1)) {
            sources.add(DiskSource.named(arguments, name, DiskSource.FORMAT));
        }
        create.backing(arguments.value(BACKING), arguments.value(BACKING_FORMAT));
        refuseContradictions(arguments);
        refuseForTarget(arguments, sources, create);
        if (arguments.has(NO_CREATE) && arguments.has(OPTIONS)) {
            shell.warn("-o has no effect when skipping image creation");
        }
        new Conversion(arguments, shell, sources, operands.get(operands.size() - 1), create).run();
        return OK;
    }

    private static void refuseContradictions(Arguments arguments) throws BlockException {
        refuse(!arguments.has(NO_CREATE) && arguments.has(TARGET_IS_ZERO),
                "--target-is-zero requires use of -n flag");
        refuse(!arguments.has(NO_CREATE) && arguments.has(TARGET_IMAGE_OPTS),
                "--target-image-opts requires use of -n flag");
        refuse(arguments.has(TARGET_IMAGE_OPTS) && arguments.has(TARGET_FORMAT),
                "-O and --target-image-opts are mutually exclusive");
        refuse(arguments.has(SKIP_BROKEN) && !arguments.has(BITMAPS),
                "Use of --skip-broken-bitmaps requires --bitmaps");
        refuse(arguments.has(COMPRESS) && arguments.has(OUT_OF_ORDER),
                "Out of order write and compress are mutually exclusive");
        refuse(arguments.has(COMPRESS) && arguments.has(COPY_RANGE),
                "Cannot enable copy offloading when -c is used");
        refuse(arguments.has(SPARSE) && arguments.has(COPY_RANGE), "Cannot enable copy offloading when -S is used");
    }

    private static void refuseForTarget(Arguments arguments, List<DiskSource> sources, CreateOptions create)
            throws BlockException {
        refuse(create.hasBacking() && arguments.has(TARGET_IS_ZERO),
                "Cannot use --target-is-zero when the destination image has a backing file");
        refuse(create.hasBacking() && sources.size() > 1,
                "Having a backing file for the target makes no sense when concatenating multiple input images");
        refuse(create.hasBacking() && !create.has(CreateOptions.BACKING_FORMAT) && !arguments.has(NO_CREATE),
                "Use of backing file requires explicit backing format");
        refuse(sources.size() > 1 && arguments.has(SNAPSHOT), "No support for concatenating multiple snapshot");
        refuse(sources.size() > 1 && arguments.has(BITMAPS), "Copying bitmaps only possible with single source");
        boolean creates = !arguments.has(NO_CREATE) && arguments.has(COMPRESS);
        refuse(creates && (create.text("encryption").equals("true") || !create.text("encrypt.format").isEmpty()),
                "Compression and encryption not supported at the same time");
        String preallocation = create.text("preallocation");
        refuse(creates && !preallocation.isEmpty() && !preallocation.equals("off"),
                "Compression and preallocation not supported at the same time");
    }

    private static void refuse(boolean wrong, String why) throws BlockException {
        if (wrong) {
            throw BlockException.invalidOption(why);
        }
    }

    /** How the host caches an image. */
    static CacheMode cache(Arguments arguments, OptionDeclaration option, CacheMode absent) throws UsageException {
        Optional<String> text = arguments.value(option);
        return text.isPresent() ? CacheMode.of(text.get()) : absent;
    }
}
