// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Serves {@code /disk} by ranges on the loopback; statuses can be put before its answers. */
final class LoopbackServer implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<String> ranges = new CopyOnWriteArrayList<>();
    private final List<String> headers = new CopyOnWriteArrayList<>();
    private final ConcurrentLinkedQueue<Integer> failures = new ConcurrentLinkedQueue<>();
    private volatile byte[] content;
    private volatile boolean knowsRanges = true;

    LoopbackServer(byte[] content) throws IOException {
        this.content = content;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/disk", this::serve);
        server.start();
    }

    String url(String path) {
        return "http://localhost:" + server.getAddress().getPort() + path;
    }

    void redirect(String path, String location) {
        server.createContext(path, exchange -> {
            exchange.getResponseHeaders().set("Location", location);
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
        });
    }

    void failNext(int... statuses) {
        Arrays.stream(statuses).forEach(failures::add);
    }

    void ignoreRanges() {
        knowsRanges = false;
    }

    void replace(byte[] other) {
        content = other;
    }

    /** The ranges that were asked for. */
    List<String> ranges() {
        return List.copyOf(ranges);
    }

    /** The credentials and cookies that came with each request. */
    List<String> headers() {
        return List.copyOf(headers);
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            String range = exchange.getRequestHeaders().getFirst("Range");
            ranges.add(range);
            headers.add(exchange.getRequestHeaders().getFirst("Authorization") + " "
                    + exchange.getRequestHeaders().getFirst("Cookie"));
            Integer failure = failures.poll();
            if (failure != null) {
                exchange.sendResponseHeaders(failure, -1);
            } else if (!knowsRanges) {
                send(exchange, 200, content);
            } else {
                sendRange(exchange, range.substring("bytes=".length()).split("-", 2));
            }
        }
    }

    private void sendRange(HttpExchange exchange, String[] ends) throws IOException {
        int first = Integer.parseInt(ends[0]);
        if (first >= content.length) {
            exchange.getResponseHeaders().set("Content-Range", "bytes */" + content.length);
            exchange.sendResponseHeaders(416, -1);
            return;
        }
        int last = Math.min(Integer.parseInt(ends[1]), content.length - 1);
        exchange.getResponseHeaders().set("Content-Range", "bytes " + first + "-" + last + "/" + content.length);
        send(exchange, 206, Arrays.copyOfRange(content, first, last + 1));
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
