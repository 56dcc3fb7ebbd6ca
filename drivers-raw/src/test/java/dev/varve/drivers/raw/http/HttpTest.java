// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.NodeName;
import dev.varve.api.block.Permissions;
import dev.varve.api.graph.BlockBackend;
import dev.varve.api.graph.BlockGraph;
import dev.varve.api.graph.BlockLayer;
import dev.varve.api.graph.GraphSettings;
import dev.varve.api.graph.NodeDefinition;
import dev.varve.conformance.workload.DiskAssertions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HttpTest {
    private static final int SIZE = 1 << 20;

    private final byte[] content = new byte[SIZE];
    private final LoopbackServer server;

    HttpTest() throws IOException {
        new Random(2).nextBytes(content);
        server = new LoopbackServer(content);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** A disk that is used. */
    private interface Use {
        void of(BlockBackend disk) throws IOException;
    }

    private void opened(String path, Map<String, Object> options, Permissions permissions, Use use)
            throws IOException {
        Map<String, Object> definition = new HashMap<>(options);
        definition.put("driver", "http");
        definition.put("url", server.url(path));
        GraphSettings settings = GraphSettings.DEFAULT
                .withSecrets(id -> Optional.of(id.getBytes(StandardCharsets.UTF_8)));
        try (BlockGraph graph = BlockLayer.load().newGraph(settings)) {
            NodeName node = graph.add(new NodeDefinition(definition));
            try (BlockBackend disk = graph.openBackend(node, permissions)) {
                use.of(disk);
            }
        }
    }

    private void opened(String path, Map<String, Object> options, Use use) throws IOException {
        opened(path, options, Permissions.READ, use);
    }

    private BlockException refusal(String path, Map<String, Object> options) {
        return assertThrows(BlockException.class, () -> opened(path, options, disk -> DiskAssertions.read(disk, 0, 1)));
    }

    @Test
    void read_ofARange_asksForItAlone() throws IOException {
        opened("/disk", Map.of(), disk -> {
            assertArrayEquals(Arrays.copyOfRange(content, 5000, 6000), DiskAssertions.read(disk, 5000, 1000));
            assertEquals("bytes=5000-5999", server.ranges().getLast());
        });
    }

    @Test
    void read_sequential_readsAhead() throws IOException {
        opened("/disk", Map.of("readahead", "64k"), disk -> {
            for (int offset = 0; offset < SIZE; offset += 4096) {
                assertArrayEquals(Arrays.copyOfRange(content, offset, offset + 4096),
                        DiskAssertions.read(disk, offset, 4096));
            }
            assertTrue(server.ranges().size() <= 20, () -> "requests: " + server.ranges());
        });
    }

    @Test
    void open_emptyFile_hasSizeZero() throws IOException {
        server.replace(new byte[0]);
        opened("/disk", Map.of(), disk -> assertEquals(0, disk.size()));
    }

    @Test
    void open_serverWithoutRanges_saysSo() {
        server.ignoreRanges();
        BlockException refusal = refusal("/disk", Map.of());
        assertEquals(ErrorKind.UNSUPPORTED, refusal.kind());
        assertTrue(refusal.problem().startsWith("the server does not support byte ranges"), refusal.problem());
    }

    @Test
    void open_missingFile_isNotFound() {
        assertEquals(ErrorKind.NOT_FOUND, refusal("/nothing", Map.of()).kind());
    }

    @Test
    void open_forWriting_isRefused() {
        assertEquals(ErrorKind.READ_ONLY, assertThrows(BlockException.class,
                () -> opened("/disk", Map.of(), Permissions.READ_WRITE, disk -> { })).kind());
    }

    @Test
    void open_redirected_readsFromThere() throws IOException {
        server.redirect("/old", "/disk");
        opened("/old", Map.of(), disk -> DiskAssertions.assertContent(disk, content));
    }

    @Test
    void open_redirectedInACircle_endsAtLast() {
        server.redirect("/circle", "/circle");
        assertEquals("the server redirects more than 10 times", refusal("/circle", Map.of()).problem());
    }

    @Test
    void open_redirectedToAFile_isRefused() {
        server.redirect("/out", "file:///etc/passwd");
        assertEquals(ErrorKind.PERMISSION, refusal("/out", Map.of()).kind());
    }

    @Test
    void request_withCredentials_sendsThem() throws IOException {
        opened("/disk", Map.of("username", "me", "password-secret", "pass", "cookie", "a=b"), disk -> {
            String basic = Base64.getEncoder().encodeToString("me:pass".getBytes(StandardCharsets.UTF_8));
            assertEquals("Basic " + basic + " a=b", server.headers().getLast());
        });
    }

    @Test
    void redirect_toAnotherServer_takesNoCredentialsAlong() throws IOException {
        try (LoopbackServer other = new LoopbackServer(content)) {
            server.redirect("/away", other.url("/disk"));
            opened("/away", Map.of("username", "me", "cookie-secret", "a=b"),
                    disk -> DiskAssertions.assertContent(disk, content));
            assertTrue(other.headers().stream().allMatch("null null"::equals), () -> "sent: " + other.headers());
        }
    }

    @Test
    void request_failedForTheMoment_isMadeAgain() throws IOException {
        opened("/disk", Map.of(), disk -> {
            server.failNext(503, 500);
            assertArrayEquals(Arrays.copyOf(content, 512), DiskAssertions.read(disk, 0, 512));
        });
    }

    @Test
    void request_failedForGood_isAnError() throws IOException {
        opened("/disk", Map.of(), disk -> {
            server.failNext(503, 503, 503, 503);
            assertEquals(ErrorKind.IO,
                    assertThrows(BlockException.class, () -> DiskAssertions.read(disk, 0, 512)).kind());
        });
    }

    @Test
    void file_changedOnTheServer_isNotMixed() throws IOException {
        opened("/disk", Map.of(), disk -> {
            server.replace(new byte[SIZE / 2]);
            assertEquals(ErrorKind.CHANGED,
                    assertThrows(BlockException.class, () -> DiskAssertions.read(disk, 0, 512)).kind());
        });
    }

    @Test
    void open_urlOfAnotherScheme_isRefused() {
        BlockException refusal = assertThrows(BlockException.class, () -> {
            try (BlockGraph graph = BlockLayer.load().newGraph(GraphSettings.DEFAULT)) {
                graph.add(new NodeDefinition(Map.of("driver", "https", "url", server.url("/disk"))));
            }
        });
        assertEquals(ErrorKind.INVALID_OPTION, refusal.kind());
    }
}
