// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw.http;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/** Asks a web server for ranges of one file. Thread-safe. */
final class WebFile implements AutoCloseable {
    private static final int PARTIAL = 206;
    private static final int ATTEMPTS = 4;
    private static final int MOST_REDIRECTS = 10;
    private static final long FIRST_PAUSE = 20_000_000;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final Set<Integer> TRANSIENT = Set.of(408, 429, 500, 502, 503, 504);

    private final URI url;
    private final Map<String, String> headers;
    private final Duration timeout;
    private final HttpClient client;

    /**
     * A file.
     *
     * @param url where it is
     * @param headers sent to the server of this address, and to no other that it redirects to
     * @param timeout of a request, with its body
     * @param verify whether servers have to prove who they are
     */
    WebFile(URI url, Map<String, String> headers, Duration timeout, boolean verify) throws IOException {
        this.url = url;
        this.headers = headers;
        this.timeout = timeout;
        // Redirects are followed here: credentials stay with the server that they are for.
        HttpClient.Builder builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER).connectTimeout(timeout);
        this.client = verify ? builder.build() : builder.sslContext(trusting()).build();
    }

    private static SSLContext trusting() throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new TrustAll()}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new BlockException(ErrorKind.UNSUPPORTED, "sslverify=off is not possible: " + e.getMessage(), e);
        }
    }

    URI url() {
        return url;
    }

    /**
     * Asks for a range, again where the server or the way to it fails for the moment.
     *
     * @return a response of status 206, or 416 where nothing lies there
     * @throws IOException if the server has no such file, knows no ranges, or fails for good
     */
    HttpResponse<byte[]> range(long offset, int bytes) throws IOException {
        long pause = FIRST_PAUSE;
        for (int attempt = 1;; attempt++) {
            try {
                HttpResponse<byte[]> response = follow(offset, bytes);
                if (!TRANSIENT.contains(response.statusCode())) {
                    return checked(response);
                }
                if (attempt == ATTEMPTS) {
                    throw new BlockException(ErrorKind.IO, "the server answered " + attempt + " times with status "
                            + response.statusCode());
                }
            } catch (BlockException e) {
                throw e;
            } catch (IOException e) {
                if (attempt == ATTEMPTS) {
                    throw new BlockException(ErrorKind.IO, "no answer from " + url.getAuthority() + " after " + attempt
                            + " attempts: " + e, e);
                }
            }
            LockSupport.parkNanos(pause);
            pause *= 4;
        }
    }

    private static HttpResponse<byte[]> checked(HttpResponse<byte[]> response) throws BlockException {
        return switch (response.statusCode()) {
            case PARTIAL, 416 -> response;
            case 200 -> throw BlockException.unsupported("the server does not support byte ranges: it answered a "
                    + "request for a range with status 200");
            case 404, 410 -> throw new BlockException(ErrorKind.NOT_FOUND, "the server has no such file: status "
                    + response.statusCode());
            case 401, 403 -> throw new BlockException(ErrorKind.PERMISSION, "the server refuses access: status "
                    + response.statusCode());
            default -> throw new BlockException(ErrorKind.IO, "the server answered with status "
                    + response.statusCode() + ", expected is 206");
        };
    }

    private HttpResponse<byte[]> follow(long offset, int bytes) throws IOException {
        URI at = url;
        for (int hops = 0; hops <= MOST_REDIRECTS; hops++) {
            HttpResponse<byte[]> response = send(at, offset, bytes);
            if (!REDIRECTS.contains(response.statusCode())) {
                return response;
            }
            at = redirected(at, response.headers().firstValue("Location").orElse(""));
        }
        throw new BlockException(ErrorKind.IO, "the server redirects more than " + MOST_REDIRECTS + " times");
    }

    private static URI redirected(URI from, String location) throws BlockException {
        try {
            URI to = from.resolve(location);
            boolean web = "https".equalsIgnoreCase(to.getScheme())
                    || "http".equalsIgnoreCase(to.getScheme()) && "http".equalsIgnoreCase(from.getScheme());
            if (!location.isEmpty() && web && to.getHost() != null) {
                return to;
            }
        } catch (IllegalArgumentException e) {
            // Refused below.
        }
        throw new BlockException(ErrorKind.PERMISSION, "the server redirects from " + from.getScheme() + " to '"
                + location + "', allowed is http to http or https, and https to https");
    }

    private HttpResponse<byte[]> send(URI at, long offset, int bytes) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(at).timeout(timeout)
                .header("Range", "bytes=" + offset + "-" + (offset + bytes - 1));
        if (url.getScheme().equalsIgnoreCase(at.getScheme()) && url.getAuthority().equals(at.getAuthority())) {
            headers.forEach(request::header);
        }
        CompletableFuture<HttpResponse<byte[]>> answer = client.sendAsync(request.build(),
                info -> new RangeBody(info.statusCode() == PARTIAL ? bytes : 0));
        try {
            // Joined, since an interrupt must not end a request.
            return answer.copy().orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS).join();
        } catch (CompletionException e) {
            answer.cancel(true);
            throw new IOException(e.getCause() == null ? e.toString() : e.getCause().toString(), e);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
        client.close();
    }
}
