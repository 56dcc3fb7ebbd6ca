// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.luks;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ChildRole;
import dev.varve.api.block.ImageReference;
import dev.varve.api.block.NodeName;
import dev.varve.api.block.OpenPurpose;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockChild;
import dev.varve.api.spi.BlockNode;
import dev.varve.api.spi.NodeEvents;
import dev.varve.api.spi.NodeSettings;
import dev.varve.api.spi.OpenContext;
import dev.varve.api.spi.Options;
import dev.varve.api.spi.PermissionPolicy;
import dev.varve.conformance.device.CreateStorage;
import dev.varve.conformance.device.SparseContent;
import dev.varve.conformance.device.StorageEdge;
import dev.varve.drivers.qcow2.TestSecrets;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Creates and opens volumes in memory as the runtime would. */
final class LuksImages {
    private static final LuksDriver DRIVER = new LuksDriver();

    private LuksImages() {
    }

    static SparseContent create(long size, Map<String, ?> options) throws IOException {
        return CreateStorage.create(DRIVER, size, options, TestSecrets::find);
    }

    static BlockNode open(SparseContent content, String secret) throws IOException {
        return DRIVER.open(new Opening(new StorageEdge(content), DRIVER.options().read(
                Map.of("file", "storage", "key-secret", secret)), OpenPurpose.CONTENT));
    }

    static BlockNode openForMetadata(SparseContent content) throws IOException {
        return DRIVER.open(new Opening(new StorageEdge(content), DRIVER.options().read(Map.of("file", "storage")),
                OpenPurpose.METADATA));
    }

    static void amend(SparseContent content, String secret, boolean force, String... changes) throws IOException {
        Map<String, Object> raw = new HashMap<>();
        for (int i = 0; i < changes.length; i += 2) {
            raw.put(changes[i], changes[i + 1]);
        }
        open(content, secret).operations().amend(DRIVER.amendOptions().read(raw), force, done -> { });
    }

    static byte[] read(BlockNode node) throws IOException {
        ByteBuffer content = ByteBuffer.allocate((int) node.size());
        node.read(0, content, RequestFlags.NONE);
        return content.array();
    }

    static void fillWithZeroes(SparseContent content) throws IOException {
        try (BlockNode node = open(content, "first")) {
            node.write(0, ByteBuffer.allocate((int) node.size()), RequestFlags.NONE);
        }
    }

    private record Opening(BlockChild file, Options options, OpenPurpose purpose) implements OpenContext {
        @Override
        public NodeName nodeName() {
            return new NodeName("test");
        }

        @Override
        public NodeSettings settings() {
            return NodeSettings.DEFAULT;
        }

        @Override
        public byte[] secret(String id) throws BlockException {
            return TestSecrets.of(id);
        }

        @Override
        public NodeEvents events() {
            return () -> { };
        }

        @Override
        public BlockChild attach(String edge, Set<ChildRole> roles) {
            return file;
        }

        @Override
        public BlockChild attach(String edge, Set<ChildRole> roles, PermissionPolicy policy) {
            return file;
        }

        @Override
        public BlockChild attachBacking(Optional<ImageReference> found) {
            throw new AssertionError("a volume has no backing file");
        }
    }
}
