// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.command;

import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.NearestWord;
import dev.varve.cli.disk.ErrorText;
import dev.varve.cli.option.Arguments;
import dev.varve.cli.option.CommandSyntax;
import dev.varve.cli.option.HelpText;
import dev.varve.cli.option.HintedException;
import dev.varve.cli.option.UsageException;
import dev.varve.cli.shell.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A program made of commands: finds the command, runs it, and tells of failures in one line. */
public final class Program {
    private static final String DEBUG = "VARVE_DEBUG";
    private static final String QEMU_IMG = "qemu-img";
    private static final String QEMU_IO = "qemu-io";
    /** The version of QEMU whose behaviour is followed; scripts compare with it. */
    private static final String QEMU_VERSION = "7.2.22";

    private final String title;
    private final List<String> names;
    private final Lookup lookup;
    private final Wording wording;

    /** How a program says its version, and whether its first argument names a command. */
    private enum Wording {
        VARVE, QEMU_IMG, QEMU_IO
    }

    /** Finds a command by its name. */
    private interface Lookup {
        @Nullable Command find(String name);
    }

    private Program(String title, List<String> names, Lookup lookup, Wording wording) {
        this.title = title;
        this.names = names;
        this.lookup = lookup;
        this.wording = wording;
    }

    /**
     * The program that a launcher of this name starts.
     *
     * @param name such as {@code qemu-img}
     * @return {@code varve} for every name that is no other program's
     */
    public static Program named(String name) {
        return switch (name) {
            case QEMU_IMG -> qemuImg();
            case QEMU_IO -> qemuIo();
            default -> varve();
        };
    }

    /**
     * The program {@code varve}.
     *
     * @return its commands are made when they are called
     */
    public static Program varve() {
        return new Program("Varve, the QEMU block layer for the JVM.",
                List.of("create", "info", "check", "map", "convert", "compare", "diff", "dd", "measure", "resize",
                        "amend", "snapshot", "bitmap", "commit", "rebase", "stream", "io", "bench", "graph", "chain",
                        "explain", "demo"),
                Program::varveCommand, Wording.VARVE);
    }

    /**
     * The program {@code qemu-img}: QEMU's, by name, arguments, output and exit codes.
     *
     * @return its commands are made when they are called
     */
    public static Program qemuImg() {
        return new Program("QEMU disk image utility, by Varve.",
                List.of("amend", "bench", "bitmap", "check", "commit", "compare", "convert", "create", "dd", "info",
                        "map", "measure", "snapshot", "rebase", "resize"),
                Program::qemuImgCommand, Wording.QEMU_IMG);
    }

    /**
     * The program {@code qemu-io}: one command, which all arguments are for.
     *
     * @return its only command is called without a name
     */
    public static Program qemuIo() {
        return new Program("QEMU disk exerciser, by Varve.", List.of(QEMU_IO), name -> new IoCommand(QEMU_IO),
                Wording.QEMU_IO);
    }

    private static @Nullable Command qemuImgCommand(String name) {
        return name.equals("bench") ? new BenchCommand(false) : varveCommand(name);
    }

    private static @Nullable Command varveCommand(String name) {
        return switch (name) {
            case "create" -> new CreateCommand();
            case "info" -> new InfoCommand();
            case "check" -> new CheckCommand();
            case "map" -> new MapCommand();
            case "convert" -> new ConvertCommand();
            case "compare" -> new CompareCommand();
            case "diff" -> new DiffCommand();
            case "stream" -> new StreamCommand();
            case "io" -> new IoCommand("io");
            case "dd" -> new DdCommand();
            case "measure" -> new MeasureCommand();
            case "resize" -> new ResizeCommand();
            case "amend" -> new AmendCommand();
            case "snapshot" -> new SnapshotCommand();
            case "bitmap" -> new BitmapCommand();
            case "commit" -> new CommitCommand();
            case "rebase" -> new RebaseCommand();
            case "bench" -> new BenchCommand(true);
            case "graph" -> new GraphCommand();
            case "chain" -> new ChainCommand();
            case "explain" -> new ExplainCommand();
            case "demo" -> new DemoCommand();
            default -> null;
        };
    }

    /**
     * The commands of the program.
     *
     * @return in the order of the help text
     */
    public List<Command> commands() {
        return names.stream().map(lookup::find).filter(command -> command != null).toList();
    }

    /**
     * Runs a command.
     *
     * @param args the command's name and its arguments
     * @param shell where it runs
     * @return the exit code
     */
    public int run(List<String> args, Shell shell) {
        int code = guarded(args, shell);
        if (shell.out().checkError() && code == Command.OK) {
            shell.error("could not write to standard output");
            return Command.FAILED;
        }
        return code;
    }

    private int guarded(List<String> args, Shell shell) {
        try {
            return dispatch(wording == Wording.QEMU_IMG ? withoutTrace(args) : args, shell);
        } catch (UsageException e) {
            shell.error(ErrorText.of(e));
            if (e.isOfValue()) {
                return Command.FAILED;
            }
            String command = args.isEmpty() || !names.contains(args.get(0)) || wording != Wording.VARVE ? ""
                    : " " + args.get(0);
            shell.err().print("Try '" + shell.program() + command + " --help' for more information\n");
        } catch (HintedException e) {
            shell.error(ErrorText.of(e));
            shell.err().print(e.hint());
            trace(e, shell);
        } catch (IOException | UncheckedIOException e) {
            shell.error(ErrorText.of(e));
            trace(e, shell);
        } catch (RuntimeException e) {
            shell.error("internal error: " + e.getClass().getSimpleName() + ": " + ErrorText.of(e) + " (set " + DEBUG
                    + " to see where)");
            trace(e, shell);
        } catch (OutOfMemoryError e) {
            shell.error("out of memory: " + ErrorText.of(e));
        }
        return Command.FAILED;
    }

    private static void trace(Exception failure, Shell shell) {
        if (System.getenv(DEBUG) != null) {
            failure.printStackTrace(shell.err());
        }
    }

    /** The arguments behind QEMU's own tracing, which does nothing here. */
    private static List<String> withoutTrace(List<String> args) throws UsageException {
        int next = 0;
        while (next < args.size() && (args.get(next).startsWith("-T") || args.get(next).startsWith("--trace"))) {
            boolean apart = args.get(next).equals("-T") || args.get(next).equals("--trace");
            next += apart ? 2 : 1;
        }
        if (next > args.size() || args.isEmpty()) {
            throw new UsageException("Not enough arguments");
        }
        return args.subList(next, args.size());
    }

    private int dispatch(List<String> args, Shell shell) throws UsageException, IOException {
        String name = args.isEmpty() ? "help" : args.get(0);
        if (wording == Wording.QEMU_IO && !List.of("-V", "--version").contains(name)) {
            return runCommand(found(QEMU_IO), args, shell);
        }
        switch (name) {
            case "help", "-h", "--help" -> {
                return help(args, shell);
            }
            case "version", "-V", "--version" -> {
                shell.say(wording == Wording.VARVE ? shell.program() + " " + version()
                        : qemuVersion(shell.program()));
                return Command.OK;
            }
            default -> {
                return runCommand(found(name), args.subList(1, args.size()), shell);
            }
        }
    }

    private static int runCommand(Command command, List<String> words, Shell shell)
            throws UsageException, IOException {
        Arguments arguments = command.parse(words);
        if (arguments.has(CommandSyntax.HELP)) {
            shell.out().print(HelpText.of(shell.program(), command.syntax()));
            return Command.OK;
        }
        return command.run(arguments, shell);
    }

    private Command found(String name) throws UsageException {
        Command command = names.contains(name) ? lookup.find(name) : null;
        if (command == null) {
            Optional<String> nearest = NearestWord.of(name, names);
            throw new UsageException("unknown command '" + name + "'" + (nearest.isPresent()
                    ? "; did you mean '" + nearest.get() + "'?" : "; known are " + String.join(", ", names)));
        }
        return command;
    }

    private int help(List<String> args, Shell shell) throws UsageException {
        if (args.size() > 1) {
            shell.out().print(HelpText.of(shell.program(), found(args.get(1)).syntax()));
            return Command.OK;
        }
        shell.say("Usage: " + shell.program() + " COMMAND [OPTIONS] ...");
        shell.say("");
        shell.say(title);
        shell.say("");
        shell.say("Commands:");
        for (Command command : commands()) {
            String name = command.syntax().name();
            shell.say("  " + name + " ".repeat(Math.max(1, 10 - name.length())) + command.syntax().summary());
        }
        shell.say("");
        shell.say("'" + shell.program() + " COMMAND --help' explains a command. Sizes take the suffixes k, M, G, T, P"
                + " and E (powers of 1024).");
        shell.say("Set " + DEBUG + " to see where failures come from.");
        if (wording == Wording.QEMU_IMG) {
            shell.say("");
            shell.say("Supported formats: " + String.join(" ",
                    shell.layer().drivers().stream().map(BlockDriver::name).sorted().toList()));
        }
        return args.isEmpty() ? Command.FAILED : Command.OK;
    }

    /** The line in which a drop-in says its version. */
    static String qemuVersion(String program) {
        return program + " version " + QEMU_VERSION + " (Varve " + version() + ")";
    }

    /** The version that the jar states: in its manifest on the class path, in its descriptor on the module path. */
    private static String version() {
        String version = Program.class.getPackage().getImplementationVersion();
        if (version == null && Program.class.getModule().isNamed()) {
            version = Program.class.getModule().getDescriptor().rawVersion().orElse(null);
        }
        return version == null ? "(unpackaged)" : version;
    }
}
