// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.layout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HeaderTest {
    private static final long FILE_SIZE = 1L << 40;

    private static Header random(Random random) {
        int version = 2 + random.nextInt(2);
        long incompatible = version == 2 ? 0 : random.nextInt(8);
        Geometry geometry = new Geometry(version, 12 + random.nextInt(10), version == 2 ? 4 : random.nextInt(7), false,
                (incompatible & Features.DATA_FILE) != 0);
        long cluster = geometry.clusterSize();
        long size = random.nextLong(geometry.l2Coverage() * 1000);
        int l1Entries = (int) geometry.l1EntriesFor(size) + random.nextInt(3);
        Tables tables = new Tables((1 + random.nextInt(100)) * cluster * 100, l1Entries,
                (20_000L + random.nextInt(100)) * cluster, 1 + random.nextInt(3), 40_000L * cluster,
                random.nextInt(100));
        long autoclear = random.nextLong();
        if ((incompatible & Features.DATA_FILE) == 0) {
            autoclear &= ~Features.RAW_DATA_FILE;
        }
        Features features = version == 2 ? Features.NONE
                : new Features(incompatible, random.nextLong(), autoclear);
        List<HeaderExtension> extensions = new ArrayList<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            extensions.add(extension(random));
        }
        byte[] additional = new byte[version == 2 ? 0 : 8 * random.nextInt(4)];
        if (additional.length > 8) {
            additional[additional.length - 1] = 42;
        }
        Optional<BackingName> backing = random.nextBoolean() ? Optional.empty()
                : Optional.of(new BackingName(3000, "b\u00e4cking-" + random.nextInt()));
        return new Header(geometry, size, random.nextInt(3), features, tables, ByteBuffer.wrap(additional),
                extensions, backing);
    }

    private static HeaderExtension extension(Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> new HeaderExtension.BackingFormat("qcow2");
            case 1 -> new HeaderExtension.FeatureNames(FeatureName.STANDARD);
            case 2 -> new HeaderExtension.Bitmaps(random.nextInt(), random.nextInt(), random.nextLong(),
                    random.nextLong());
            case 3 -> new HeaderExtension.EncryptionHeader(random.nextLong(), random.nextLong());
            case 4 -> new HeaderExtension.DataFileName("data.raw");
            default -> {
                byte[] data = new byte[random.nextInt(30)];
                random.nextBytes(data);
                yield new HeaderExtension.Unknown(0x1234_5678, ByteBuffer.wrap(data));
            }
        };
    }

    @Test
    void parse_ofEncoded_isTheSameHeader() throws BlockException {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 5000; i++) {
            Header header = random(random);
            ByteBuffer encoded = header.encode();
            Header parsed = Header.parse(encoded, FILE_SIZE);
            assertEquals(header, parsed, "seed " + seed);
            assertEquals(encoded, parsed.encode(), "seed " + seed);
        }
    }

    @Test
    void encodeMutable_isThePartOfTheWholeThatItSays() throws BlockException {
        Random random = new Random(7);
        for (int i = 0; i < 100; i++) {
            Header header = random(random);
            ByteBuffer part = header.encodeMutable();
            assertEquals(header.encode().slice(Header.FIRST_MUTABLE_BYTE, part.remaining()), part);
            assertTrue(Header.FIRST_MUTABLE_BYTE + part.remaining() <= 512);
        }
    }

    @Test
    void parse_anyByteChanged_isAHeaderOrABlockException() throws BlockException {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            ByteBuffer encoded = random(random).encode();
            for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
                encoded.put(random.nextInt(Math.min(200, encoded.limit())), (byte) random.nextInt());
            }
            if (random.nextInt(3) == 0) {
                encoded.limit(random.nextInt(encoded.limit()));
            }
            try {
                Header.parse(encoded, random.nextBoolean() ? FILE_SIZE : encoded.limit());
            } catch (BlockException e) {
                assertTrue(e.kind() == ErrorKind.CORRUPT || e.kind() == ErrorKind.UNSUPPORTED);
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    @Test
    void parse_unknownIncompatibleFeature_isRefusedByTheNameInTheImage() throws BlockException {
        HeaderExtension names = new HeaderExtension.FeatureNames(List.of(new FeatureName(0, 60, "time travel")));
        Header header = new Header(new Geometry(3, 16, 4), 0, 0, new Features(1L << 60 | 1L << 61, 0, 0),
                new Tables(0, 0, 65_536, 1, 0, 0), ByteBuffer.allocate(8), List.of(names), Optional.empty());
        BlockException e = assertThrows(BlockException.class, () -> Header.parse(header.encode(), FILE_SIZE));
        assertEquals(ErrorKind.UNSUPPORTED, e.kind());
        assertTrue(e.getMessage().contains("time travel") && e.getMessage().contains("bit 61"), e.getMessage());
    }

    @Test
    void encode_longerThanACluster_isRefused() {
        Header header = new Header(new Geometry(3, 9, 4), 0, 0, Features.NONE, new Tables(0, 0, 512, 1, 0, 0),
                ByteBuffer.allocate(16), List.of(new HeaderExtension.FeatureNames(FeatureName.STANDARD)),
                Optional.empty());
        assertEquals(ErrorKind.NO_SPACE, assertThrows(BlockException.class, header::encode).kind());
    }

    @Test
    void snapshotEntry_parsedFromEncoded_isTheSame() throws BlockException {
        Random random = new Random(3);
        ByteBuffer table = ByteBuffer.allocate(100_000);
        List<SnapshotEntry> entries = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            byte[] extra = new byte[random.nextInt(40)];
            random.nextBytes(extra);
            SnapshotEntry entry = new SnapshotEntry(random.nextLong(), random.nextInt(), Integer.toString(i),
                    "name".repeat(random.nextInt(9)),
                    new SnapshotEntry.Taken(random.nextInt(), random.nextInt(), random.nextLong()), random.nextInt(),
                    ByteBuffer.wrap(extra));
            entry.encode(table);
            entries.add(entry);
        }
        table.flip();
        for (SnapshotEntry entry : entries) {
            assertEquals(entry, SnapshotEntry.parse(table));
        }
        assertEquals(0, table.remaining());
    }
}
