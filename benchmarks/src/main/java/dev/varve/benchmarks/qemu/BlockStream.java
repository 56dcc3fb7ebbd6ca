// SPDX-License-Identifier: Apache-2.0
package dev.varve.benchmarks.qemu;

import dev.varve.benchmarks.result.JsonValue;
import dev.varve.samples.process.ProcessMemory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** QEMU's {@code block-stream} in a {@code qemu-storage-daemon}, which is spoken to by QMP on its standard input. */
final class BlockStream implements AutoCloseable {
    private static final int POLL_MILLIS = 10;

    private final Process process;
    private final BufferedReader in;
    private final OutputStream out;
    private final long deadline;
    private long peak;

    private BlockStream(Process process, Duration limit) {
        this.process = process;
        this.in = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        this.out = process.getOutputStream();
        this.deadline = System.nanoTime() + limit.toNanos();
    }

    /**
     * How a stream ended.
     *
     * @param seconds from the command to the event that it has ended, or to the stop
     * @param peakRss the most resident memory that was seen, in bytes
     * @param stopped whether its time was over
     */
    record Streamed(double seconds, long peakRss, boolean stopped) {}

    /** Copies into an overlay what it sees from its backing chain. */
    static Streamed run(Path daemon, Path overlay, Duration limit) throws IOException {
        Process process = new ProcessBuilder(List.of(daemon.toString(), "--chardev", "stdio,id=control", "--monitor",
                "chardev=control,mode=control", "--blockdev",
                "driver=file,node-name=file,filename=" + overlay.toString().replace(",", ",,"), "--blockdev",
                "driver=qcow2,node-name=top,file=file")).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (BlockStream stream = new BlockStream(process, limit)) {
            return stream.run();
        }
    }

    private Streamed run() throws IOException {
        await("QMP", "");
        say("{\"execute\": \"qmp_capabilities\"}");
        await("return", "");
        long start = System.nanoTime();
        say("{\"execute\": \"block-stream\", \"arguments\": {\"job-id\": \"stream\", \"device\": \"top\"}}");
        JsonValue ended = await("event", "BLOCK_JOB_COMPLETED");
        double seconds = (System.nanoTime() - start) / 1e9;
        if (ended == null) {
            return new Streamed(seconds, peak, true);
        }
        if (ended.at("data").has("error")) {
            throw new IOException("block-stream: " + ended.at("data").text("error"));
        }
        say("{\"execute\": \"quit\"}");
        tick();
        return new Streamed(seconds, peak, false);
    }

    private void say(String json) throws IOException {
        out.write((json + "\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    /** The next message with a member, of a certain value unless that is empty; null when the time is over. */
    private @Nullable JsonValue await(String member, String wanted) throws IOException {
        while (System.nanoTime() - deadline < 0) {
            if (!in.ready()) {
                if (!tick()) {
                    throw new IOException("qemu-storage-daemon has ended, exit status " + process.exitValue());
                }
                continue;
            }
            JsonValue message = JsonValue.parse(in.readLine());
            if (message.has("error")) {
                throw new IOException("qemu-storage-daemon: " + message.at("error").text("desc"));
            }
            if (message.has(member) && (wanted.isEmpty() || message.text(member).equals(wanted))) {
                return message;
            }
        }
        return null;
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
