// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.ImageInfo;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.OptionSchema;
import dev.varve.api.spi.ProbeHead;
import dev.varve.api.spi.ProbeScore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Qcow2DriverTest {
    private static final Path MANUAL = Path.of("..", "docs", "manual", "qcow2.md");

    private final BlockDriver driver = new Qcow2Driver();

    @Test
    void serviceLoader_thisModule_findsTheDriver() {
        assertTrue(ServiceLoader.load(BlockDriver.class).stream()
                .anyMatch(provider -> provider.type() == Qcow2Driver.class));
    }

    @Test
    void probe_magic_isCertain() {
        ByteBuffer head = ByteBuffer.allocate(512).putInt(0, 0x514649fb).putInt(4, 3);
        assertEquals(ProbeScore.CERTAIN, driver.probe(new ProbeHead(head, "")));
        assertEquals(ProbeScore.NONE, driver.probe(new ProbeHead(head.putInt(0, 0), "")));
        assertEquals(ProbeScore.NONE, driver.probe(new ProbeHead(ByteBuffer.allocate(3), "")));
    }

    /** The page has exactly the rows that the declarations make. */
    @Test
    void manual_options_areAsDeclared() throws IOException {
        String rows = Files.readAllLines(MANUAL).stream().filter(line -> line.startsWith("| `"))
                .collect(Collectors.joining("\n"));
        String expected = Stream.concat(rows(driver.options()), rows(driver.createOptions()))
                .collect(Collectors.joining("\n"));
        assertEquals(expected, rows);
    }

    private static Stream<String> rows(OptionSchema schema) {
        return schema.specs().stream().map(spec -> "| `" + spec.name() + "` | " + spec.type().describe() + " | "
                + (spec.required() ? "required" : spec.defaultText().map(text -> "`" + text + "`").orElse(""))
                + " | " + spec.doc() + " |");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cluster_size=65535", "cluster_size=256", "cluster_size=4M", "refcount_bits=3",
        "refcount_bits=128", "refcount_bits=8,compat=0.10", "lazy_refcounts=on,compat=0.10", "backing_fmt=raw",
        "backing_file=b,preallocation=full", "backing_file=b,backing_fmt=sixteencharacters",
        "data_file_raw=on", "data_file=d.raw,compat=0.10", "encryption=on", "encrypt.format=luks",
        "encrypt.key-secret=s", "extended_l2=on,compat=0.10", "extended_l2=on,cluster_size=8192",
        "compression_type=zstd,compat=0.10"})
    void create_withWrongOptions_isRefused(String options) {
        BlockException e = assertThrows(BlockException.class, () -> Images.create(1 << 20, options.split("[=,]", -1)));
        assertEquals(ErrorKind.INVALID_OPTION, e.kind());
    }

    @Test
    void create_largerThanTheL1TableCanMap_isRefused() throws IOException {
        BlockException e = assertThrows(BlockException.class,
                () -> Images.create((128L << 30) + 512, "cluster_size", "512"));
        assertEquals(ErrorKind.NO_SPACE, e.kind());
        Images.create(128L << 30, "cluster_size", "512");
    }

    @ParameterizedTest
    @ValueSource(strings = {"l2-cache-entry-size=256", "l2-cache-entry-size=131072", "l2-cache-entry-size=3000",
        "cache-size=1M,l2-cache-size=2M", "cache-size=4M,l2-cache-size=2M,refcount-cache-size=1M"})
    void open_withWrongOptions_isRefused(String options) throws IOException {
        MemoryFile file = Images.create(1 << 20);
        BlockException e = assertThrows(BlockException.class, () -> Images.open(file, options.split("[=,]", -1)));
        assertEquals(ErrorKind.INVALID_OPTION, e.kind());
    }

    /** Byte 79 has the low incompatible features, byte 35 the low part of crypt_method. */
    @ParameterizedTest
    @CsvSource({"35, 1, encrypt.key-secret, false", "35, 2, crypt_method is 2, false", "79, 32, bit 5, false",
        "79, 2, corrupt, true"})
    void open_featureThatCannotBeUsed_isRefusedByName(int offset, int value, String name, boolean readable)
            throws IOException {
        MemoryFile file = Images.create(1 << 20);
        file.write(offset, ByteBuffer.wrap(new byte[] {(byte) value}), RequestFlags.NONE);
        BlockException e = assertThrows(BlockException.class, () -> Images.open(file));
        assertTrue(e.getMessage().contains(name), e.getMessage());
        if (readable) {
            Images.openReadOnly(file).close();
        } else {
            assertThrows(BlockException.class, () -> Images.openReadOnly(file));
        }
    }

    @Test
    void open_dirtyImage_isRepairedAndCleanAfterwards() throws IOException {
        MemoryFile file = Images.create(1 << 20);
        file.write(79, ByteBuffer.wrap(new byte[] {1}), RequestFlags.NONE);

        Images.open(file).close();

        ByteBuffer features = ByteBuffer.allocate(Long.BYTES);
        file.read(72, features, RequestFlags.NONE);
        assertEquals(0, features.getLong(0));
    }

    @Test
    void info_ofEachVersion_hasQemusKeysInQemusOrder() throws IOException {
        ImageInfo v3 = Images.open(Images.create(1 << 20)).info();
        assertEquals(List.of("compat", "compression-type", "lazy-refcounts", "refcount-bits", "corrupt",
                "extended-l2"), List.copyOf(v3.specific().keySet()));
        ImageInfo v2 = Images.open(Images.create(1 << 20, "compat", "0.10")).info();
        assertEquals(List.of("compat", "compression-type", "refcount-bits"), List.copyOf(v2.specific().keySet()));
        assertEquals(65_536, v2.clusterSize().orElseThrow());
    }

    @Test
    void info_ofAnOverlay_namesItsBackingFile() throws IOException {
        MemoryFile file = Images.create(1 << 20, "backing_file", "b\u00e4se.img", "backing_fmt", "raw");
        ImageInfo info = Images.openReadOnly(file).info();
        assertEquals("b\u00e4se.img", info.backing().orElseThrow().name());
        assertEquals("raw", info.backing().orElseThrow().format().orElseThrow());
    }
}
