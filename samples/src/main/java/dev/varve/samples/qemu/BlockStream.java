// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.qemu;

import dev.varve.samples.process.ProcessMemory;
import dev.varve.samples.process.ProgramPath;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** QEMU's {@code block-stream} in a {@code qemu-storage-daemon}, which is spoken to by QMP on its standard input. */
public final class BlockStream implements AutoCloseable {
    private static final String PROGRAM = "qemu-storage-daemon";
    private static final String VARIABLE = "QEMU_STORAGE_DAEMON";
    private static final int POLL_MILLIS = 2;
    // QMP messages are one line each (docs/interop/qmp-spec.txt); of these the patterns cannot occur inside a string,
    // where quotes are escaped.
    private static final Pattern GREETING = Pattern.compile("\"QMP\": *\\{");
    private static final Pattern RETURN = Pattern.compile("\"return\": *\\{");
    private static final Pattern COMPLETED = Pattern.compile("\"event\": *\"BLOCK_JOB_COMPLETED\"");
    // Of a command: an object with a description. Of a job: text.
    private static final Pattern REFUSED = Pattern.compile("\"error\": *\\{.*\"desc\": *\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Pattern FAILED = Pattern.compile("\"error\": *\"((?:[^\"\\\\]|\\\\.)*)\"");

    private final Process process;
    private final Path complaints;
    private final BufferedReader in;
    private final OutputStream out;
    private final long deadline;
    private long peak;

    private BlockStream(Process process, Duration limit, Path complaints) {
        this.process = process;
        this.complaints = complaints;
        this.in = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        this.out = process.getOutputStream();
        this.deadline = System.nanoTime() + limit.toNanos();
    }

    /**
     * How a stream ended.
     *
     * @param seconds from the command to the event that it has ended, or to the stop
     * @param peakRss the most resident memory that was seen, in bytes; 0 where the system does not tell
     * @param stopped whether its time was over
     */
    public record Streamed(double seconds, long peakRss, boolean stopped) {}

    /**
     * Looks for the program: where the variable QEMU_STORAGE_DAEMON says, or on the path.
     *
     * @return its file; empty where there is none
     */
    public static Optional<Path> findDaemon() {
        Optional<Path> named = Optional.ofNullable(System.getenv(VARIABLE)).map(Path::of);
        return named.isPresent() ? named : ProgramPath.find(PROGRAM);
    }

    /**
     * Copies into an overlay what it sees of its backing chain.
     *
     * @param daemon the program qemu-storage-daemon
     * @param overlay a qcow2 image
     * @param limit how long it may take
     * @return how it ended
     * @throws IOException if the program cannot be started, ends by itself, or tells an error
     */
    public static Streamed run(Path daemon, Path overlay, Duration limit) throws IOException {
        Path complaints = Files.createTempFile("varve-stream", ".err");
        Process process = new ProcessBuilder(List.of(daemon.toString(), "--chardev", "stdio,id=control", "--monitor",
                "chardev=control,mode=control", "--blockdev",
                "driver=file,node-name=file,filename=" + overlay.toString().replace(",", ",,"), "--blockdev",
                "driver=qcow2,node-name=top,file=file")).redirectError(complaints.toFile()).start();
        try (BlockStream stream = new BlockStream(process, limit, complaints)) {
            return stream.run();
        } finally {
            Files.delete(complaints);
        }
    }

    private Streamed run() throws IOException {
        await(GREETING);
        say("{\"execute\": \"qmp_capabilities\"}");
        await(RETURN);
        long start = System.nanoTime();
        say("{\"execute\": \"block-stream\", \"arguments\": {\"job-id\": \"stream\", \"device\": \"top\"}}");
        Optional<String> ended = await(COMPLETED);
        double seconds = (System.nanoTime() - start) / 1e9;
        if (ended.isEmpty()) {
            return new Streamed(seconds, peak, true);
        }
        Matcher failed = FAILED.matcher(ended.get());
        if (failed.find()) {
            throw new IOException("block-stream: " + failed.group(1));
        }
        say("{\"execute\": \"quit\"}");
        tick();
        return new Streamed(seconds, peak, false);
    }

    private void say(String json) throws IOException {
        out.write((json + "\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    /** The next message of a kind; empty when the time is over. */
    private Optional<String> await(Pattern wanted) throws IOException {
        while (System.nanoTime() - deadline < 0) {
            if (!in.ready()) {
                if (!tick() && !in.ready()) {
                    throw ended();
                }
                continue;
            }
            String message = in.readLine();
            Matcher refused = REFUSED.matcher(message);
            if (refused.find()) {
                throw new IOException(PROGRAM + ": " + refused.group(1));
            }
            if (wanted.matcher(message).find()) {
                return Optional.of(message);
            }
        }
        return Optional.empty();
    }

    private IOException ended() throws IOException {
        List<String> lines = Files.readAllLines(complaints);
        return new IOException(PROGRAM + " has ended: "
                + (lines.isEmpty() ? "exit status " + process.exitValue() : lines.getFirst()));
    }

    /** Waits a moment and looks at the memory; false when the process has ended. */
    private boolean tick() throws IOException {
        peak = Math.max(peak, ProcessMemory.residentPeak(process.pid()).orElse(0));
        try {
            return !process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            if (!process.waitFor(2, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        out.close();
        in.close();
    }
}
