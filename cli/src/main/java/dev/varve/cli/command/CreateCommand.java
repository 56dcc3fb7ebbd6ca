// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.command;

import dev.varve.api.block.BlockException;
import dev.varve.api.graph.BlockLayer;
import dev.varve.api.graph.NewImage;
import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.ByteSize;
import dev.varve.api.spi.NearestWord;
import dev.varve.cli.disk.Disk;
import dev.varve.cli.disk.DiskAccess;
import dev.varve.cli.disk.DiskSource;
import dev.varve.cli.disk.ErrorText;
import dev.varve.cli.disk.LocalFile;
import dev.varve.cli.disk.UnfinishedFile;
import dev.varve.cli.option.Arguments;
import dev.varve.cli.option.CommandSyntax;
import dev.varve.cli.option.OptionDeclaration;
import dev.varve.cli.option.UsageException;
import dev.varve.cli.shell.Shell;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** {@code create}: makes an empty image. */
final class CreateCommand implements Command {
    private static final OptionDeclaration FORMAT = OptionDeclaration.value('f', "format", "FMT",
            "the new image's format, raw where it is not given");
    private static final OptionDeclaration OPTIONS = OptionDeclaration.value('o', "options", "NAME=VALUE,...",
            "options of the format; '-o help' lists them");
    private static final OptionDeclaration BACKING = OptionDeclaration.value('b', "backing", "FILE",
            "the backing file, as it is to stand in the image");
    private static final OptionDeclaration BACKING_FORMAT = OptionDeclaration.value('F', "backing-format", "FMT",
            "the backing file's format, needed with -b");
    private static final OptionDeclaration UNSAFE = OptionDeclaration.flag('u', "backing-unsafe",
            "do not open the backing file; SIZE is needed then");
    private static final OptionDeclaration QUIET = OptionDeclaration.flag('q', "quiet", "print nothing");

    @Override
    public CommandSyntax syntax() {
        return CommandSyntax.of("create", "FILE [SIZE]", "create an empty image", FORMAT, OPTIONS, BACKING,
                BACKING_FORMAT, UNSAFE, QUIET, DiskSource.OBJECT).withNotes(
                        "SIZE may be left out where a backing file is named: its size is taken then.");
    }

    @Override
    public int run(Arguments arguments, Shell shell) throws UsageException, IOException {
        String format = arguments.value(FORMAT).orElse("raw");
        CreateOptions options = CreateOptions.of(format, shell.layer(), arguments.values(OPTIONS));
        if (options.isHelp()) {
            shell.out().print(options.help());
            return OK;
        }
        List<String> operands = arguments.operands();
        if (operands.isEmpty() || operands.size() > 2) {
            throw new UsageException("expecting a file name and a size, given are " + operands.size() + " operands");
        }
        options.backing(arguments.value(BACKING), arguments.value(BACKING_FORMAT));
        NewImage image = image(operands, format, options, arguments, shell);
        if (!arguments.has(QUIET)) {
            shell.say(options.announcement(image.filename(), image.size()));
        }
        try (UnfinishedFile unfinished = UnfinishedFile.of(image.filename())) {
            shell.layer().create(image);
            unfinished.finish();
        } catch (IOException e) {
            throw new IOException(image.filename() + ": " + ErrorText.of(e), e);
        }
        return OK;
    }

    private static NewImage image(List<String> operands, String format, CreateOptions options, Arguments arguments,
            Shell shell) throws UsageException, IOException {
        boolean open = !arguments.has(UNSAFE);
        OptionalLong size = options.size();
        if (operands.size() == 2) {
            size = OptionalLong.of(size(operands.get(1)));
        }
        if (size.isEmpty() && open && options.hasBacking()) {
            size = OptionalLong.of(backingSize(operands.get(0), options, shell.layer()));
        }
        if (size.isEmpty()) {
            throw new UsageException(operands.get(0) + ": image creation needs a size");
        }
        return new NewImage(format, operands.get(0), size, options.forDriver(), open);
    }

    private static long size(String text) throws UsageException {
        try {
            return ByteSize.parse(text);
        } catch (BlockException e) {
            throw new UsageException("invalid image size: " + e.problem());
        }
    }

    private static long backingSize(String filename, CreateOptions options, BlockLayer layer) throws IOException {
        String name = LocalFile.beside(filename, options.text("backing_file"));
        DiskSource source = new DiskSource.Named(name, Optional.of(options.text("backing_fmt")), false);
        try (Disk backing = Disk.open(layer, source, DiskAccess.READ.withForceShare(true).withoutBacking())) {
            return backing.backend().size();
        }
    }

    /** The driver of a format. */
    static BlockDriver driver(BlockLayer layer, String format) throws UsageException {
        for (BlockDriver driver : layer.drivers()) {
            if (driver.name().equals(format)) {
                return driver;
            }
        }
        List<String> names = layer.drivers().stream().map(BlockDriver::name).toList();
        Optional<String> nearest = NearestWord.of(format, names);
        throw new UsageException("unknown format '" + format + "'" + (nearest.isPresent()
                ? "; did you mean '" + nearest.get() + "'?" : "; known are " + String.join(", ", names)));
    }
}
