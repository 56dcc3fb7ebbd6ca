// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.interop;

import dev.varve.cli.Main;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Somebody who has a disk open until closed: a qemu-io that waits for commands, or a {@code varve io}. */
interface DiskUser extends AutoCloseable {
    /** What a message says of the holder of a lock. */
    String name();

    @Override
    void close() throws IOException;

    /** Another process. */
    record Qemu(Process process) implements DiskUser {
        static Qemu open(List<String> arguments) throws IOException {
            List<String> words = new ArrayList<>(List.of("qemu-io"));
            words.addAll(arguments);
            Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
            StringBuilder said = new StringBuilder();
            Reader output = process.inputReader();
            while (!said.toString().endsWith("qemu-io> ")) {
                int next = output.read();
                if (next < 0) {
                    throw new IOException(words + ": " + said);
                }
                said.append((char) next);
            }
            return new Qemu(process);
        }

        @Override
        public String name() {
            return "process " + process.pid() + " (qemu-io)";
        }

        @Override
        public void close() throws IOException {
            process.getOutputStream().close();
            process.onExit().join();
        }
    }

    /** This process. Closing its standard input ends it. */
    final class Varve extends InputStream implements DiskUser {
        private final CountDownLatch asked = new CountDownLatch(1);
        private final CountDownLatch closed = new CountDownLatch(1);
        private final ByteArrayOutputStream said = new ByteArrayOutputStream();
        private final FutureTask<Integer> run;

        private Varve(List<String> arguments) {
            List<String> words = new ArrayList<>(List.of("io"));
            words.addAll(arguments);
            PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
            run = new FutureTask<>(() -> Main.run(words, this, out, out)) {
                @Override
                protected void done() {
                    asked.countDown();
                }
            };
        }

        static Varve open(List<String> arguments) throws IOException {
            Varve user = new Varve(arguments);
            Thread.ofPlatform().daemon().name("varve io").start(user.run);
            user.await(user.asked);
            if (user.run.isDone()) {
                throw new IOException(arguments + ": " + user.said.toString(StandardCharsets.UTF_8));
            }
            return user;
        }

        private void await(CountDownLatch latch) throws IOException {
            try {
                latch.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        @Override
        public int read() throws IOException {
            asked.countDown();
            await(closed);
            return -1;
        }

        @Override
        public String name() {
            return "this process";
        }

        @Override
        public void close() throws IOException {
            closed.countDown();
            try {
                int code = run.get();
                if (code != 0) {
                    throw new IOException("exit code " + code + ": " + said.toString(StandardCharsets.UTF_8));
                }
            } catch (InterruptedException | ExecutionException e) {
                throw new IOException(e);
            }
        }
    }
}
