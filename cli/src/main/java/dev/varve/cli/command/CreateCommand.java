// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.command;

import dev.varve.api.block.BlockException;
import dev.varve.api.graph.NewImage;
import dev.varve.api.spi.ByteSize;
import dev.varve.cli.disk.BackingFile;
import dev.varve.cli.disk.DiskSource;
import dev.varve.cli.disk.ErrorText;
import dev.varve.cli.disk.LocalFile;
import dev.varve.cli.disk.UnfinishedFile;
import dev.varve.cli.disk.UserObjects;
import dev.varve.cli.option.Arguments;
import dev.varve.cli.option.CommandSyntax;
import dev.varve.cli.option.HintedException;
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
    private static final OptionDeclaration SHORT_FORMAT = OptionDeclaration.value('B', "", "FMT",
            "short for --backing-format");
    private static final OptionDeclaration UNSAFE = OptionDeclaration.flag('u', "backing-unsafe",
            "do not open the backing file; SIZE is needed then");
    private static final OptionDeclaration QUIET = OptionDeclaration.flag('q', "quiet", "print nothing");

    @Override
    public CommandSyntax syntax() {
        return CommandSyntax.of("create", "FILE [SIZE]", "create an empty image", FORMAT, OPTIONS, BACKING,
                BACKING_FORMAT, SHORT_FORMAT, UNSAFE, QUIET, DiskSource.OBJECT).withNotes(
                        "SIZE may be left out where a backing file is named: its size is taken then.");
    }

    @Override
    public int run(Arguments arguments, Shell shell) throws UsageException, IOException {
        List<String> operands = arguments.operands();
        FormatOptions given = FormatOptions.of(arguments.values(OPTIONS));
        String format = arguments.value(FORMAT).orElse("raw");
        if (given.isHelp()) {
            shell.out().print(CreateOptions.of(format, shell.layer(), List.of("help")).help(!operands.isEmpty()));
            return OK;
        }
        if (operands.isEmpty()) {
            throw new UsageException("Expecting image file name");
        }
        OptionalLong size = operands.size() < 2 ? OptionalLong.empty() : OptionalLong.of(size(operands.get(1)));
        if (operands.size() > 2) {
            throw new UsageException("Unexpected argument: " + operands.get(2));
        }
        String name = operands.get(0);
        try {
            create(image(name, format, size, arguments, shell), arguments, shell);
        } catch (HintedException e) {
            throw new HintedException(name + ": " + e.getMessage(), e.hint(), e);
        } catch (IOException e) {
            throw new IOException(name + ": " + ErrorText.of(e), e);
        }
        return OK;
    }

    private static long size(String text) throws BlockException {
        try {
            return ByteSize.parse(text);
        } catch (BlockException e) {
            throw BlockException.invalidOption("Invalid image size specified: " + e.problem());
        }
    }

    /** The image, and the options it was made from, which know how they are announced. */
    private record Wanted(NewImage image, CreateOptions options) {}

    private static Wanted image(String name, String format, OptionalLong given, Arguments arguments, Shell shell)
            throws IOException {
        CreateOptions options = CreateOptions.of(format, shell.layer(), arguments.values(OPTIONS));
        options.backing(arguments.value(BACKING), arguments.value(BACKING_FORMAT)
                .or(() -> arguments.value(SHORT_FORMAT)));
        boolean open = !arguments.has(UNSAFE);
        if (given.isPresent() && options.size().isPresent()) {
            throw BlockException.invalidOption("The image size must be specified only once");
        }
        OptionalLong size = given.isPresent() ? given : options.size();
        if (options.hasBacking()) {
            String file = options.text(CreateOptions.BACKING_FILE);
            if (file.equals(name) || LocalFile.sameNamed(LocalFile.beside(name, file), name)) {
                throw BlockException.invalidOption(
                        "Error: Trying to create an image with the same filename as the backing file");
            }
            Optional<String> driver = Optional.of(options.text(CreateOptions.BACKING_FORMAT))
                    .filter(text -> !text.isEmpty());
            if (driver.isPresent()) {
                FormatOptions.driver(shell.layer(), driver.get());
            }
            if (open) {
                long backing = BackingFile.size(shell.layer(), LocalFile.beside(name, file), driver,
                        arguments.values(DiskSource.OBJECT));
                size = size.isPresent() ? size : OptionalLong.of(backing);
            }
            if (driver.isEmpty()) {
                throw BlockException.invalidOption("Backing file specified without backing format");
            }
        }
        if (size.isEmpty()) {
            throw BlockException.invalidOption("Image creation needs a size parameter");
        }
        return new Wanted(new NewImage(format, name, size, options.forDriver(), false,
                UserObjects.of(shell.layer(), arguments.values(DiskSource.OBJECT))), options);
    }

    private static void create(Wanted wanted, Arguments arguments, Shell shell) throws IOException {
        NewImage image = wanted.image();
        if (!arguments.has(QUIET)) {
            shell.say(wanted.options().announcement(image.filename(), image.size()));
            // Before what the driver may have to say, also where what is printed is held back.
            shell.out().flush();
        }
        try (UnfinishedFile unfinished = UnfinishedFile.of(image.filename())) {
            shell.layer().create(image);
            unfinished.finish();
        }
    }
}
