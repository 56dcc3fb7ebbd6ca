// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.osgihost;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.Permissions;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.BlockGraph;
import dev.varve.api.graph.BlockLayer;
import dev.varve.api.graph.GraphSettings;
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
    private Thread reader;
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
                case "hold" -> hold(words.get(1));
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

    /** Opens a disk and goes on reading it in a thread; returns when the first request is done. */
    private String hold(String image) throws IOException {
        graph = layer().newGraph(GraphSettings.DEFAULT);
        disk = graph.openBackend(graph.add(new NodeDefinition(Map.of("driver", "qcow2", "read-only", true,
                "file", Map.of("driver", "file", "filename", image)))), Permissions.READ);
        ending = "";
        CountDownLatch reading = new CountDownLatch(1);
        reader = new Thread(() -> readOn(disk, reading), "disk-reader");
        reader.start();
        try {
            if (!reading.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("no request was done: " + ending);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return "";
    }

    private void readOn(BlockBackend disk, CountDownLatch reading) {
        try {
            ByteBuffer buffer = ByteBuffer.allocateDirect(REQUEST);
            long size = disk.size();
            for (long offset = 0;; offset = (offset + REQUEST) % size) {
                disk.read(offset, buffer.clear());
                reading.countDown();
            }
        } catch (IOException | RuntimeException | Error e) {
            ending = described(e);
        }
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

    /** How the reading thread ended; closes the held disk. */
    private String ending() throws IOException {
        try {
            reader.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        if (reader.isAlive()) {
            throw new IllegalStateException("the reader goes on");
        }
        disk.close();
        graph.close();
        reader = null;
        disk = null;
        graph = null;
        return ending;
    }

    private static String described(Throwable failure) {
        return failure instanceof BlockException block ? block.kind() + " " + block.getMessage() : failure.toString();
    }
}
