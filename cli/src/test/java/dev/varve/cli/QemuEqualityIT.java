// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.varve.cli.QemuChain.Layer;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What varve reads and prints, against qemu-img and qemu-io on images that they made. */
class QemuEqualityIT {
    private static final int MEBIBYTE = 1 << 20;
    private static final long SEED = 20250117;

    @TempDir
    private Path folder;

    @BeforeAll
    static void findQemu() {
        boolean found = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "qemu-img")));
        assumeTrue(found, "skipped: qemu-img is not on the path");
    }

    /** Show 2 of the foundation: compat, cluster size, refcount width, length of the chain. */
    static Stream<Arguments> images() {
        List<Arguments> images = new ArrayList<>();
        for (int cluster : new int[] {512, 4096, 65536, 2 << 20}) {
            for (int layers : new int[] {1, 2, 50}) {
                images.add(Arguments.of("0.10", 16, cluster, layers));
                for (int bits : new int[] {1, 16, 64}) {
                    images.add(Arguments.of("1.1", bits, cluster, layers));
                }
            }
        }
        return images.stream();
    }

    @ParameterizedTest(name = "compat {0}, refcount_bits {1}, cluster_size {2}, {3} layers")
    @MethodSource("images")
    void imageOfQemu_isReadAndToldAsQemuDoes(String compat, int bits, int cluster, int layers) throws IOException {
        Random random = new Random(SEED + layers + cluster + bits);
        long size = Math.max(8L * cluster, MEBIBYTE) + (cluster == 512 ? 512 : 0);
        Layer layer = new Layer(compat, bits, cluster, size, layers == 50 ? 2 : 12);
        assertEqual(QemuChain.make(folder, Collections.nCopies(layers, layer), random));
    }

    static Stream<Arguments> mixtures() {
        return Stream.iterate(0, i -> i + 1).limit(12).map(Arguments::of);
    }

    @ParameterizedTest(name = "mixture {0}")
    @MethodSource("mixtures")
    void chainOfMixedSizes_isReadAndToldAsQemuDoes(int number) throws IOException {
        Random random = new Random(SEED + number);
        int[] clusters = {512, 1024, 4096, 65536, 2 << 20};
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            long size = (1 + random.nextInt(6)) * (long) (MEBIBYTE / 2) + 512L * random.nextInt(3);
            layers.add(new Layer(random.nextBoolean() ? "1.1" : "0.10", 16, clusters[random.nextInt(clusters.length)],
                    size, 8));
        }
        assertEqual(QemuChain.make(folder, layers, random));
    }

    private void assertEqual(QemuChain chain) throws IOException {
        Path top = chain.top();
        assertSameRaw(chain, top);
        assertSameOutput("map", "--output", "json", top);
        assertSameOutput("map", top);
        assertSameOutput("map", "--output", "json", "-s", "70000", "-l", "300000", top);
        assertSameOutput("info", "--output", "json", "--backing-chain", top);
        assertSameOutput("info", "--backing-chain", top);
        assertSameOutput("info", "--output", "json", top);
        for (Path image : chain.images().subList(Math.max(0, chain.images().size() - 3), chain.images().size())) {
            assertSameOutput("check", "--output", "json", image);
            assertSameOutput("check", image);
        }
        Tool qemu = Tool.run("qemu-io", "-r", "-f", "qcow2", "-c", "map", "-c", "info", "-c", "alloc 0 1M", top);
        Tool varve = Tool.varve("io", "-r", "-f", "qcow2", "-c", "map", "-c", "info", "-c", "alloc 0 1M", top);
        assertEquals(qemu.expect(0).out(), varve.expect(0).out());
    }

    private void assertSameRaw(QemuChain chain, Path top) throws IOException {
        Path ours = folder.resolve("varve.raw");
        Path theirs = folder.resolve("qemu.raw");
        Tool.run("qemu-img", "convert", "-O", "raw", top, theirs).expect(0);
        Tool.varve("convert", "-O", "raw", top, ours).expect(0);
        assertEquals(-1, Files.mismatch(theirs, ours), () -> "raw copies differ; layers " + chain.images().size());
        assertEquals("Images are identical.\n",
                Tool.varve("compare", "-F", "raw", top, theirs).expect(0).out());
        long theirBlocks = blocks(theirs);
        assertTrue(blocks(ours) <= theirBlocks, () -> "more storage than qemu-img's " + theirBlocks);
    }

    private static long blocks(Path file) {
        return Long.parseLong(Tool.run("stat", "-c", "%b", file).expect(0).out().strip());
    }

    private static void assertSameOutput(Object... words) {
        List<Object> qemu = new ArrayList<>(List.of("qemu-img"));
        qemu.addAll(List.of(words));
        Tool theirs = Tool.run(qemu.toArray());
        Tool ours = Tool.varve(words);
        assertEquals(theirs.out(), ours.out(), () -> List.of(words) + "\n" + ours.err());
        assertEquals(theirs.code(), ours.code(), () -> List.of(words) + "\n" + ours.err());
    }

    @Test
    void rawFile_isMappedAsQemuDoes() throws IOException {
        Path raw = folder.resolve("holes.raw");
        Tool.run("qemu-img", "create", "-q", "-f", "raw", raw, "3M").expect(0);
        Tool.run("qemu-io", "-f", "raw", "-c", "write -q 64k 68k", "-c", "write -q 1M 4k", raw).expect(0);
        assertSameOutput("map", "-f", "raw", raw);
        assertSameOutput("map", "-f", "raw", "--output", "json", raw);
        assertSameOutput("info", "-f", "raw", raw);
        assertSameOutput("info", "-f", "raw", "--output", "json", raw);
        assertSameOutput("map", "-f", "raw", "--output=json", "-s", "4M", raw);
    }

    static Stream<Arguments> creations() {
        return Stream.of(Arguments.of("qcow2", ""), Arguments.of("qcow2", "cluster_size=4k"),
                Arguments.of("qcow2", "compat=0.10"), Arguments.of("qcow2", "refcount_bits=1,lazy_refcounts=on"),
                Arguments.of("qcow2", "cluster_size=2M,refcount_bits=64"), Arguments.of("raw", ""),
                Arguments.of("raw", "preallocation=full"));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("creations")
    void newImage_isToldAndMadeAsQemuDoes(String format, String options) throws IOException {
        Path ours = Files.createDirectory(folder.resolve("ours"));
        Path theirs = Files.createDirectory(folder.resolve("theirs"));
        List<Object> words = new ArrayList<>(List.of("create", "-f", format));
        if (!options.isEmpty()) {
            words.addAll(List.of("-o", options));
        }
        List<Object> qemu = new ArrayList<>(List.of("qemu-img"));
        qemu.addAll(words);
        qemu.addAll(List.of(theirs.resolve("x"), "5M"));
        words.addAll(List.of(ours.resolve("x"), "5M"));
        assertEquals(Tool.run(qemu.toArray()).expect(0).out().replace("theirs", "ours"),
                Tool.varve(words.toArray()).expect(0).out());
        assertEquals(withoutSize(Tool.run("qemu-img", "info", "-f", format, theirs.resolve("x"))),
                withoutSize(Tool.run("qemu-img", "info", "-f", format, ours.resolve("x"))));
    }

    private static String withoutSize(Tool info) {
        return String.join("\n", info.expect(0).out().lines()
                .filter(line -> !line.startsWith("disk size") && !line.startsWith("image: ")).toList());
    }

    @Test
    void overlayOfAQemuImage_takesItsSize() {
        Path base = folder.resolve("base.qcow2");
        Path overlay = folder.resolve("overlay.qcow2");
        Tool.run("qemu-img", "create", "-q", "-f", "qcow2", base, "7M").expect(0);
        String theirs = Tool.run("qemu-img", "create", "-f", "qcow2", "-b", "base.qcow2", "-F", "qcow2", overlay)
                .expect(0).out();
        assertTrue(overlay.toFile().delete());
        assertEquals(theirs, Tool.varve("create", "-f", "qcow2", "-b", "base.qcow2", "-F", "qcow2", overlay)
                .expect(0).out());
        assertSameOutput("info", "--backing-chain", overlay);
    }

    @ParameterizedTest(name = "cluster_size {0}")
    @MethodSource("clusterSizes")
    void convertedToQcow2_isIdenticalAndCleanForQemu(int cluster) throws IOException {
        Path raw = folder.resolve("source.raw");
        byte[] content = new byte[9 * MEBIBYTE];
        new Random(SEED).nextBytes(content);
        java.util.Arrays.fill(content, MEBIBYTE, 5 * MEBIBYTE, (byte) 0);
        Files.write(raw, content);
        Path image = folder.resolve("target.qcow2");
        Tool.varve("convert", "-f", "raw", "-O", "qcow2", "-o", "cluster_size=" + cluster, raw, image).expect(0);
        Tool.run("qemu-img", "check", image).expect(0);
        Tool.run("qemu-img", "compare", "-f", "raw", "-F", "qcow2", raw, image).expect(0);
        Path theirs = folder.resolve("theirs.qcow2");
        Tool.run("qemu-img", "convert", "-f", "raw", "-O", "qcow2", "-o", "cluster_size=" + cluster, raw, theirs)
                .expect(0);
        assertEquals(allocated(theirs), allocated(image));
    }

    static Stream<Integer> clusterSizes() {
        return Stream.of(512, 4096, 65536, 2 << 20);
    }

    private static String allocated(Path image) {
        return Tool.run("qemu-img", "check", image).expect(0).out().lines().filter(line -> line.contains("allocated"))
                .map(line -> line.substring(0, line.indexOf(' '))).findFirst().orElse("");
    }

    @Test
    void overlayConverted_ontoTheSameBase_isIdentical() {
        Random random = new Random(SEED);
        Layer layer = new Layer("1.1", 16, 65536, 4L * MEBIBYTE, 12);
        QemuChain chain = QemuChain.make(folder, List.of(layer, new Layer("1.1", 16, 65536, 6L * MEBIBYTE, 12)),
                random);
        Path copy = folder.resolve("copy.qcow2");
        Tool.varve("convert", "-O", "qcow2", "-B", "layer0.qcow2", "-F", "qcow2", chain.top(), copy).expect(0);
        Tool.run("qemu-img", "compare", chain.top(), copy).expect(0);
        Tool.run("qemu-img", "check", copy).expect(0);
    }

    @Test
    void wrongRefcounts_areToldAsQemuDoes() throws IOException {
        Path image = folder.resolve("bad.qcow2");
        Tool.run("qemu-img", "create", "-q", "-f", "qcow2", image, "10M").expect(0);
        Tool.run("qemu-io", "-c", "write 0 1M", image).expect(0);
        assertSameOutput("check", image);
        setRefcount(image, 6, 0);
        assertSameOutput("check", image);
        assertSameOutput("check", "--output", "json", image);
        assertEquals(Tool.run("qemu-img", "check", image).expect(2).err(), Tool.varve("check", image).expect(2).err());
        setRefcount(image, 6, 1);
        forgetCluster(image, 5);
        assertSameOutput("check", image);
        assertEquals(Tool.run("qemu-img", "check", image).expect(3).err(), Tool.varve("check", image).expect(3).err());
    }

    /** Clears an entry of the first L2 table, so that its cluster is leaked. */
    private static void forgetCluster(Path image, int entry) throws IOException {
        java.nio.ByteBuffer bytes = java.nio.ByteBuffer.wrap(Files.readAllBytes(image));
        int l1 = Math.toIntExact(bytes.getLong(40));
        int l2 = Math.toIntExact(bytes.getLong(l1) & 0x00ff_ffff_ffff_fe00L);
        bytes.putLong(l2 + 8 * entry, 0);
        Files.write(image, bytes.array());
    }

    /** Changes a refcount of 16 bits in the first refcount block. */
    private static void setRefcount(Path image, int cluster, int refcount) throws IOException {
        java.nio.ByteBuffer bytes = java.nio.ByteBuffer.wrap(Files.readAllBytes(image));
        int table = Math.toIntExact(bytes.getLong(48));
        int block = Math.toIntExact(bytes.getLong(table));
        bytes.putShort(block + 2 * cluster, (short) refcount);
        Files.write(image, bytes.array());
    }

    @Test
    void compare_saysWhatQemuSays() {
        Random random = new Random(SEED);
        Path a = QemuChain.make(folder, List.of(new Layer("1.1", 16, 65536, 2L * MEBIBYTE, 3)), random).top();
        Path b = folder.resolve("b.qcow2");
        Tool.run("cp", a, b).expect(0);
        assertSameOutput("compare", a, b);
        assertSameOutput("compare", "-s", a, b);
        Tool.run("qemu-io", "-c", "write -P 201 1234567 3", b).expect(0);
        assertSameOutput("compare", a, b);
        assertSameOutput("compare", "-s", a, b);
        Tool.run("qemu-img", "resize", "-q", a, "3M").expect(0);
        assertSameOutput("compare", "-s", a, b);
    }

    @Test
    void ioOnQcow2_writesWhatQemuReads() {
        Path image = folder.resolve("io.qcow2");
        Tool.run("qemu-img", "create", "-q", "-f", "qcow2", image, "1M").expect(0);
        Tool.varve("io", "-c", "write -q -P 3 1000 70000", "-c", "write -q -z 64k 4k", "-c", "discard -q 512k 64k",
                "-c", "flush", "-c", "truncate 2M", "-c", "write -q -P 4 2097000 152", image).expect(0);
        Tool.run("qemu-io", "-r", "-c", "read -P 3 1000 64536", "-c", "read -P 0 64k 4k", "-c", "read -P 3 69632 1368",
                "-c", "read -P 4 2097000 152", image).expect(0);
        Tool.run("qemu-img", "check", image).expect(0);
    }
}
