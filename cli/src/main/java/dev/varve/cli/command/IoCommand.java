// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.command;

import dev.varve.cli.disk.CacheMode;
import dev.varve.cli.disk.DiskAccess;
import dev.varve.cli.disk.DiskSource;
import dev.varve.cli.disk.ErrorText;
import dev.varve.cli.io.IoSession;
import dev.varve.cli.option.Arguments;
import dev.varve.cli.option.CommandSyntax;
import dev.varve.cli.option.OptionDeclaration;
import dev.varve.cli.option.UsageException;
import dev.varve.cli.shell.Shell;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** {@code io}: reads and writes a disk by hand (qemu-io). */
final class IoCommand implements Command {
    private static final OptionDeclaration COMMAND = OptionDeclaration.value('c', "cmd", "COMMAND",
            "do this; may be given several times; without it commands are read from standard input");
    private static final OptionDeclaration READ_ONLY = OptionDeclaration.flag('r', "read-only",
            "open the disk read-only");
    private static final OptionDeclaration NO_CACHE = OptionDeclaration.flag('n', "nocache",
            "bypass the host's page cache, short for -t none");
    private static final OptionDeclaration CACHE = OptionDeclaration.value('t', "cache", "MODE",
            "how the host caches the image: writeback, the default, none, writethrough, directsync or unsafe");
    private static final OptionDeclaration DISCARD = OptionDeclaration.value('d', "discard", "MODE",
            "what becomes of discards: unmap, the default, or ignore");

    private static final OptionDeclaration SNAPSHOT = OptionDeclaration.flag('s', "snapshot",
            "write into a temporary overlay and leave the disk as it is");
    private static final OptionDeclaration COPY_ON_READ = OptionDeclaration.flag('C', "copy-on-read",
            "copy what is read from backing files into the disk");
    private static final OptionDeclaration MISALIGN = OptionDeclaration.flag('m', "misalign",
            "accepted: buffers are aligned as they are");
    private static final OptionDeclaration NATIVE = OptionDeclaration.flag('k', "native-aio", "short for -i native");
    private static final OptionDeclaration AIO = OptionDeclaration.value('i', "aio", "MODE",
            "threads, native or io_uring; all do the same here");
    private static final OptionDeclaration TRACE = OptionDeclaration.value('T', "trace", "EVENTS",
            "accepted: there are no trace events");
    private static final OptionDeclaration VERSION = OptionDeclaration.flag('V', "version",
            "print the version and exit");

    private final String name;

    /**
     * The command.
     *
     * @param name what it is called by: {@code io} in a program of several commands, or the program itself
     */
    IoCommand(String name) {
        this.name = name;
    }

    @Override
    public CommandSyntax syntax() {
        return CommandSyntax.of(name, "[DISK]", "read, write and question a disk by hand", COMMAND, DiskSource.FORMAT,
                DiskSource.IMAGE_OPTS, READ_ONLY, SNAPSHOT, COPY_ON_READ, DiskSource.FORCE_SHARE, NO_CACHE, CACHE,
                DISCARD, AIO, NATIVE, MISALIGN, TRACE, VERSION, DiskSource.GRAPH, DiskSource.NODE,
                DiskSource.OBJECT).withNotes(
                        "The commands are those of qemu-io; '-c help' lists them. The exit code is 1 if any of them "
                                + "failed; the ones behind it are done all the same.");
    }

    @Override
    public int run(Arguments arguments, Shell shell) throws UsageException, IOException {
        if (arguments.has(VERSION)) {
            shell.say(Program.qemuVersion(shell.program()));
            return OK;
        }
        List<String> commands = arguments.values(COMMAND);
        boolean ok = true;
        try (IoSession session = new IoSession(shell, arguments.values(DiskSource.OBJECT),
                arguments.has(DiskSource.IMAGE_OPTS))) {
            if (!arguments.operands().isEmpty() || arguments.has(DiskSource.GRAPH)) {
                open(session, arguments);
            } else {
                access(arguments);
            }
            if (commands.isEmpty()) {
                ok = readCommands(session, shell);
            }
            for (String command : commands) {
                if (!session.isEnded()) {
                    ok &= session.execute(command);
                }
            }
        }
        return ok ? OK : FAILED;
    }

    private static void open(IoSession session, Arguments arguments) throws UsageException, IOException {
        DiskSource source = DiskSource.only(arguments);
        DiskAccess access = access(arguments);
        try {
            session.open(source, access, arguments.has(COPY_ON_READ), arguments.has(SNAPSHOT));
        } catch (IOException e) {
            String device = arguments.has(DiskSource.IMAGE_OPTS) ? "" : " device " + source.name();
            throw new IOException("can't open" + device + ": " + ErrorText.of(e), e);
        }
    }

    private static DiskAccess access(Arguments arguments) throws UsageException {
        DiskAccess access = arguments.has(READ_ONLY) ? DiskAccess.READ : DiskAccess.WRITE;
        Optional<String> discard = arguments.value(DISCARD);
        if (discard.isPresent()) {
            access = access.withDiscard(IoSession.discard(discard.get()));
        }
        CacheMode absent = arguments.has(NO_CACHE) ? CacheMode.NONE : CacheMode.WRITEBACK;
        return access.withForceShare(arguments.has(DiskSource.FORCE_SHARE))
                .withCache(ConvertCommand.cache(arguments, CACHE, absent));
    }

    private boolean readCommands(IoSession session, Shell shell) throws IOException {
        BufferedReader reader = new BufferedReader(new InputStreamReader(shell.in(), StandardCharsets.UTF_8));
        String prompt = (shell.program().equals(name) ? name : shell.program() + " " + name) + "> ";
        boolean ok = true;
        while (!session.isEnded()) {
            shell.out().print(prompt);
            shell.out().flush();
            String line = reader.readLine();
            if (line == null) {
                break;
            }
            ok &= session.execute(line);
        }
        return ok;
    }
}
