// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.io;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.Preallocation;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.NodeDefinition;
import dev.varve.api.graph.NodeView;
import dev.varve.cli.shell.Shell;
import dev.varve.cli.disk.Disk;
import dev.varve.cli.disk.DiskAccess;
import dev.varve.cli.disk.DiskSource;
import dev.varve.cli.disk.ErrorText;
import dev.varve.cli.disk.ProbedFormat;
import dev.varve.cli.option.ArgumentParser;
import dev.varve.cli.option.Arguments;
import dev.varve.cli.option.CommandSyntax;
import dev.varve.cli.option.UsageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A run of {@code io}: the open disk, and the commands that work on it one after the other. */
public final class IoSession implements AutoCloseable {
    private final Shell shell;
    private @Nullable Disk disk;
    private DiskAccess access = DiskAccess.WRITE;
    private final Stops stops = new Stops(this);
    private final AioRequests aio;
    private final List<String> objects;
    private final boolean imageOptions;
    /** A command failed because the open image is corrupt. */
    private boolean corruptionTold;
    private boolean implicitFilter;
    private @Nullable TemporaryOverlay overlay;
    private @Nullable GuessedRaw guessedRaw;
    private boolean ended;

    /**
     * A session without a disk.
     *
     * @param shell where it prints
     * @param objects values of {@code --object}
     * @param imageOptions whether disks are named by option strings
     */
    public IoSession(Shell shell, List<String> objects, boolean imageOptions) {
        this.shell = shell;
        this.objects = List.copyOf(objects);
        this.imageOptions = imageOptions;
        this.aio = new AioRequests(isBrief());
    }

    /** Whether failed requests are told in the words of the error number alone. */
    private boolean isBrief() {
        return shell.program().equals("qemu-io");
    }

    /**
     * Reads a discard mode.
     *
     * @param text the word
     * @return whether discards are passed on
     * @throws UsageException if there is no such mode
     */
    public static boolean discard(String text) throws UsageException {
        return switch (text) {
            case "unmap", "on" -> true;
            case "ignore", "off" -> false;
            default -> throw new UsageException("invalid discard mode '" + text
                    + "', allowed are ignore, off, unmap and on");
        };
    }

    Shell shell() {
        return shell;
    }

    List<String> objects() {
        return objects;
    }

    boolean isImageOptions() {
        return imageOptions;
    }

    AioRequests aio() {
        return aio;
    }

    Stops stops() {
        return stops;
    }

    /** Starts a request that reports when it ends. */
    void submit(String label, IoRequest request) {
        aio.submit(label, request, stops::isNew);
    }

    /** Waits for the requests under way. */
    void drain() {
        aio.drain();
        tellEnded();
    }

    private void tellEnded() {
        stops.tell();
        aio.ended().forEach(shell.out()::print);
    }

    /** Prints what a request came to. */
    boolean print(IoRequest.Outcome outcome) {
        tellEnded();
        shell.out().print(outcome.text());
        return outcome.verified();
    }

    /** Refuses a write that a disk whose format was guessed must not get. */
    void checkWrite(long offset, ByteBuffer contents) throws IOException {
        GuessedRaw guessed = guessedRaw;
        if (guessed != null) {
            guessed.check(disk(), offset, contents);
        }
    }

    BlockBackend disk() {
        return opened().backend();
    }

    void truncate(long size, Preallocation mode) throws IOException {
        opened().truncate(size, mode);
    }

    String format() {
        return opened().format();
    }

    /** The node that the user opened. */
    NodeView root() {
        return implicitFilter ? opened().layers().getFirst() : opened().root();
    }

    /** Whether the storage tells of clusters, as all but {@code null-co} do (QEMU's {@code bdrv_get_info}). */
    boolean tellsClusters() {
        return !opened().storage().driver().startsWith("null-");
    }

    private Disk opened() {
        if (disk == null) {
            throw new IllegalStateException("no disk is open");
        }
        return disk;
    }

    boolean isOpen() {
        return disk != null;
    }

    DiskAccess access() {
        return access;
    }

    boolean writeThrough() {
        return access.cache().writeThrough();
    }

    /** Commands that follow are not done. */
    void end() {
        ended = true;
    }

    /**
     * Tells whether {@code quit} was given.
     *
     * @return true where no further command is to be read
     */
    public boolean isEnded() {
        return ended;
    }

    /**
     * Opens a disk.
     *
     * @param from where it is
     * @param needed what may be done with it
     * @throws IOException if it cannot be opened
     */
    public void open(DiskSource from, DiskAccess needed) throws IOException {
        disk = Disk.open(shell.layer(), from, needed);
        access = needed;
    }

    /**
     * Opens a disk with what qemu-io puts above it.
     *
     * @param from where it is
     * @param needed what may be done with it
     * @param copyOnRead whether what is read from backing files is copied into it
     * @param snapshot whether writes go to an overlay that vanishes with the session
     * @throws IOException if it cannot be opened
     */
    public void open(DiskSource from, DiskAccess needed, boolean copyOnRead, boolean snapshot) throws IOException {
        DiskSource source = ProbedFormat.stated(shell, from, needed);
        guessedRaw = !source.equals(from) && source instanceof DiskSource.Named named
                && named.format().filter("raw"::equals).isPresent() ? new GuessedRaw(shell.layer()) : null;
        if (snapshot) {
            overlay = TemporaryOverlay.over(shell.layer(), from, needed);
            source = overlay.source();
        }
        if (copyOnRead) {
            NodeDefinition below = Disk.definition(shell.layer(), source, needed);
            source = new DiskSource.Defined(from.name(), new NodeDefinition(Map.of("driver", "copy-on-read", "file",
                    below.options())), from.objects());
        }
        boolean done = false;
        try {
            open(source, needed);
            implicitFilter = copyOnRead;
            done = true;
        } finally {
            if (!done) {
                removeOverlay();
            }
        }
    }

    private void removeOverlay() throws IOException {
        if (overlay != null) {
            overlay.remove();
            overlay = null;
        }
    }

    /**
     * Closes the disk and opens it with other options, or as it was if that fails.
     *
     * @param options what changes, by names with dots
     * @param needed what may be done with it from now on
     * @throws IOException if an option cannot change or does not fit
     */
    void reopen(Map<String, @Nullable Object> options, DiskAccess needed) throws IOException {
        DiskSource before = opened().source();
        DiskSource after = new Reopening(opened()).merged(options);
        DiskAccess accessBefore = access;
        closeDisk();
        try {
            open(after, needed);
        } catch (IOException e) {
            open(before, accessBefore);
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        try {
            closeDisk();
        } finally {
            removeOverlay();
            implicitFilter = false;
        }
    }

    private void closeDisk() throws IOException {
        drain();
        Disk open = disk;
        disk = null;
        if (open != null) {
            closeTold(open);
        }
    }

    /** That an image is corrupt is no news after a command that failed for it, and nothing was left to write. */
    private void closeTold(Disk open) throws IOException {
        try {
            open.close();
        } catch (BlockException e) {
            if (!corruptionTold || e.kind() != ErrorKind.NO_MEDIUM) {
                throw e;
            }
        } finally {
            corruptionTold = false;
        }
    }

    private static boolean isCorruption(IOException failure) {
        return failure instanceof BlockException known && known.kind() == ErrorKind.CORRUPT;
    }

    /**
     * Does one command.
     *
     * @param line the command and its arguments, divided by blanks
     * @return false where it failed; the user has been told
     */
    public boolean execute(String line) {
        List<String> words = words(line);
        if (words.isEmpty()) {
            return true;
        }
        Optional<IoAction> action = IoActions.find(words.get(0));
        if (action.isEmpty()) {
            return complain("command \"" + words.get(0) + "\" not found");
        }
        IoAction.IoSyntax syntax = action.get().syntax();
        if (syntax.use() != IoAction.Use.NOTHING && !isOpen()) {
            return complain("no file open, try 'help open'");
        }
        int count = words.size() - 1;
        if (count < syntax.least() || syntax.most() != IoAction.IoSyntax.ANY && count > syntax.most()) {
            return complain("bad argument count " + count + " to " + words.get(0) + ", expected " + counts(syntax)
                    + " arguments");
        }
        if (syntax.use() == IoAction.Use.WRITE && !access.writable()) {
            shell.error("block node is read-only");
            return false;
        }
        return perform(action.get(), syntax, words.subList(1, words.size()));
    }

    private boolean perform(IoAction action, IoAction.IoSyntax syntax, List<String> words) {
        try {
            Arguments arguments = ArgumentParser.parse(syntax.command(), words);
            if (arguments.has(CommandSyntax.HELP)) {
                HelpAction.explain(this, syntax);
            } else {
                boolean done = action.run(this, arguments);
                tellEnded();
                return done;
            }
            return true;
        } catch (UsageException e) {
            complain(syntax.name() + ": " + ErrorText.of(e));
            shell.say(syntax.usage());
            return false;
        } catch (IoRefusal e) {
            shell.say(ErrorText.of(e));
            return false;
        } catch (IOException e) {
            tellEnded();
            corruptionTold |= isCorruption(e);
            if (e instanceof BlockException known && known.kind() == ErrorKind.MISMATCH) {
                ended = true;
                return complain(known.problem());
            }
            if (!syntax.name().equals("flush")) {
                shell.say(syntax.name() + " failed: " + IoFailure.text(e, isBrief()));
            }
            return false;
        }
    }

    private boolean complain(String message) {
        shell.err().print(message + "\n");
        return false;
    }

    private static String counts(IoAction.IoSyntax syntax) {
        if (syntax.most() == IoAction.IoSyntax.ANY) {
            return "at least " + syntax.least();
        }
        return syntax.least() == syntax.most() ? Integer.toString(syntax.least())
                : "between " + syntax.least() + " and " + syntax.most();
    }

    private static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= line.length(); i++) {
            if (i == line.length() || line.charAt(i) == ' ' || line.charAt(i) == '\n' || line.charAt(i) == '\r') {
                if (i > start) {
                    words.add(line.substring(start, i));
                }
                start = i + 1;
            }
        }
        return words;
    }
}
