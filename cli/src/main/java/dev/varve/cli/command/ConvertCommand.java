// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.command;

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
    static final OptionDeclaration SPARSE = OptionDeclaration.value('S', "sparse-size", "SIZE",
            "leave out runs of zero bytes from this length on, 4k where it is not given; 0 writes all of the target");
    static final OptionDeclaration NO_CREATE = OptionDeclaration.flag('n', "no-create",
            "the target exists already: do not create it");
    static final OptionDeclaration TARGET_IS_ZERO = OptionDeclaration.flag("target-is-zero",
            "with -n: the target reads as zeroes, so zeroes need not be written");
    static final OptionDeclaration TARGET_IMAGE_OPTS = OptionDeclaration.flag("target-image-opts",
            "with -n: the target's name is an option string");
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
    private static final List<OptionDeclaration> REFUSED = List.of(
            OptionDeclaration.refused('c', "compress", "", "compressed clusters come with the rest of qcow2"),
            OptionDeclaration.refused('l', "snapshot", "SNAPSHOT", "internal snapshots come with the rest of qcow2"),
            OptionDeclaration.refused('C', "copy-range-offloading", "", "copy offloading comes with the fast copies"),
            OptionDeclaration.refused(OptionDeclaration.NO_LETTER, "bitmaps", "",
                    "dirty bitmaps come with the rest of qcow2"),
            OptionDeclaration.refused(OptionDeclaration.NO_LETTER, "skip-broken-bitmaps", "",
                    "dirty bitmaps come with the rest of qcow2"),
            OptionDeclaration.refused(OptionDeclaration.NO_LETTER, "salvage", "",
                    "reading past errors comes with the fault tests"),
            DiskSource.OBJECT);

    @Override
    public CommandSyntax syntax() {
        List<OptionDeclaration> options = new ArrayList<>(List.of(DiskSource.FORMAT, DiskSource.IMAGE_OPTS,
                DiskSource.FORCE_SHARE, DiskSource.GRAPH, DiskSource.NODE, TARGET_FORMAT, OPTIONS, BACKING,
                BACKING_FORMAT, SPARSE, NO_CREATE, TARGET_IS_ZERO, TARGET_IMAGE_OPTS, CACHE, SOURCE_CACHE, REQUESTS,
                OUT_OF_ORDER, RATE, PROGRESS, QUIET));
        options.addAll(REFUSED);
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
            shell.out().print(create.help(operands.size() > 1));
            return OK;
        }
        if (operands.size() + sources.size() < 2) {
            throw new UsageException("expecting at least one source and a target");
        }
        for (String name : operands.subList(0, operands.size() - 1)) {
            sources.add(DiskSource.named(arguments, name, DiskSource.FORMAT));
        }
        create.backing(arguments.value(BACKING), arguments.value(BACKING_FORMAT));
        refuseContradictions(arguments, sources, create);
        new Conversion(arguments, shell, sources, operands.get(operands.size() - 1), create).run();
        return OK;
    }

    private static void refuseContradictions(Arguments arguments, List<DiskSource> sources, CreateOptions create)
            throws UsageException {
        boolean creates = !arguments.has(NO_CREATE);
        if (creates && arguments.has(TARGET_IS_ZERO)) {
            throw new UsageException("option --target-is-zero needs -n");
        }
        if (creates && arguments.has(TARGET_IMAGE_OPTS)) {
            throw new UsageException("option --target-image-opts needs -n");
        }
        if (arguments.has(TARGET_IMAGE_OPTS) && arguments.has(TARGET_FORMAT)) {
            throw new UsageException("options --target-image-opts and --target-format do not go together");
        }
        if (create.hasBacking() && arguments.has(TARGET_IS_ZERO)) {
            throw new UsageException("options --target-is-zero and --backing do not go together");
        }
        if (create.hasBacking() && sources.size() > 1) {
            throw new UsageException("a target of several sources cannot have a backing file");
        }
        if (!creates && !arguments.values(OPTIONS).isEmpty()) {
            throw new UsageException("option -o is for new targets and does not go with -n");
        }
    }

    /** How the host caches an image. */
    static CacheMode cache(Arguments arguments, OptionDeclaration option, CacheMode absent) throws UsageException {
        Optional<String> text = arguments.value(option);
        return text.isPresent() ? CacheMode.of(text.get()) : absent;
    }
}
