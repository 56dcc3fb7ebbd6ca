// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.osgihost;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.Permissions;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.BlockGraph;
import dev.varve.api.graph.BlockLayer;
import dev.varve.api.graph.GraphSettings;
import dev.varve.api.graph.NewImage;
import dev.varve.api.graph.NodeDefinition;
import dev.varve.samples.embedding.ReadDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/**
 * A bundle that uses disks, told what to do by the test through a service of a type that both see. It lives in the
 * framework's class space: nothing of the API that the test has on its class path reaches it.
 */
public final class DiskClient implements BundleActivator, Function<List<String>, String> {
    private static final int REQUEST = 4096;
    private static final long PATIENCE_SECONDS = 30;

    private BundleContext context;
    private BlockGraph graph;
    private BlockBackend disk;
    private Thread user;
    private volatile long written;
    private volatile String ending;

    @Override
    public void start(BundleContext context) {
        this.context = context;
        Dictionary<String, Object> properties = new Hashtable<>(Map.of("varve.client", true));
        context.registerService(Function.class, this, properties);
    }

    @Override
    public void stop(BundleContext context) {
        this.context = null;
    }

    @Override
    public String apply(List<String> words) {
        try {
            return switch (words.getFirst()) {
                case "read" -> ReadDisk.describe(layer(), words.get(1));
                case "hold" -> hold(words.get(1), true, this::readOn);
                case "write" -> hold(words.get(1), false, this::writeOn);
                case "create" -> create(words.get(1));
                case "verify" -> verify(words.get(1));
                case "request" -> request();
                case "ending" -> ending();
                default -> throw new IllegalArgumentException(words.getFirst());
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private BlockLayer layer() {
        ServiceReference<BlockLayer> reference = context.getServiceReference(BlockLayer.class);
        if (reference == null) {
            throw new IllegalStateException("no block layer is registered");
        }
        return context.getService(reference);
    }

    private String create(String image) throws IOException {
        layer().create(NewImage.of("qcow2", image, 1L << 30));
        return "";
    }

    /** What a thread does with a disk until that fails. */
    private interface Requests {
        void issue(BlockBackend disk, CountDownLatch done) throws IOException;
    }

    /** Opens a disk and goes on using it in a thread; returns when the first request is done. */
    private String hold(String image, boolean readOnly, Requests requests) throws IOException {
        graph = layer().newGraph(GraphSettings.DEFAULT);
        disk = open(graph, image, readOnly);
        ending = "";
        CountDownLatch done = new CountDownLatch(1);
        user = new Thread(() -> {
            try {
                requests.issue(disk, done);
            } catch (IOException | RuntimeException | Error e) {
                ending = described(e);
            }
        }, "disk-user");
        user.start();
        try {
            if (!done.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("no request was done: " + ending);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return "";
    }

    private static BlockBackend open(BlockGraph graph, String image, boolean readOnly) throws IOException {
        return graph.openBackend(graph.add(new NodeDefinition(Map.of("driver", "qcow2", "read-only", readOnly,
                "file", Map.of("driver", "file", "filename", image)))),
                readOnly ? Permissions.READ : Permissions.READ_WRITE);
    }

    private void readOn(BlockBackend disk, CountDownLatch done) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(REQUEST);
        long size = disk.size();
        for (long offset = 0;; offset = (offset + REQUEST) % size) {
            disk.read(offset, buffer.clear());
            done.countDown();
        }
    }

    /** Writes from the front, each block full of its number, every tenth in a cluster of its own. */
    private void writeOn(BlockBackend disk, CountDownLatch done) throws IOException {
        written = 0;
        for (;;) {
            disk.write(place(written), block(written));
            written = written + 1;
            done.countDown();
        }
    }

    private static long place(long number) {
        return (number / 10 * 16 + number % 10) * REQUEST;
    }

    private static ByteBuffer block(long number) {
        ByteBuffer block = ByteBuffer.allocate(REQUEST);
        while (block.hasRemaining()) {
            block.putLong(number + 1);
        }
        return block.flip();
    }

    /** Reads everything whose writing was acknowledged. */
    private String verify(String image) throws IOException {
        try (BlockGraph reopened = layer().newGraph(GraphSettings.DEFAULT);
                BlockBackend again = open(reopened, image, true)) {
            for (long number = 0; number < written; number++) {
                ByteBuffer read = ByteBuffer.allocate(REQUEST);
                again.read(place(number), read);
                if (read.flip().mismatch(block(number)) >= 0) {
                    return "block " + number + " of " + written + " is lost";
                }
            }
        }
        return written > 0 ? "" : "nothing was written";
    }

    /** One request to the held disk; how it failed, or nothing. */
    private String request() {
        try {
            disk.read(0, ByteBuffer.allocate(REQUEST));
            return "";
        } catch (IOException | RuntimeException e) {
            return described(e);
        }
    }

    /** How the thread ended; closes the held disk. */
    private String ending() throws IOException {
        try {
            user.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        if (user.isAlive()) {
            throw new IllegalStateException("the user goes on");
        }
        disk.close();
        graph.close();
        user = null;
        disk = null;
        graph = null;
        return ending;
    }

    private static String described(Throwable failure) {
        return failure instanceof BlockException block ? block.kind() + " " + block.getMessage() : failure.toString();
    }
}
