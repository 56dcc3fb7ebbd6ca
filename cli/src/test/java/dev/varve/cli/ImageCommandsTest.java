// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of qemu-img that change an image. */
class ImageCommandsTest {
    private static final int KIB = 1024;
    private static final int MIB = 1 << 20;

    @TempDir
    private Path folder;
    private Path base;
    private Path top;

    @BeforeEach
    void makeAChain() throws IOException {
        base = folder.resolve("base.qcow2");
        top = folder.resolve("top.qcow2");
        img("create", "-q", "-f", "qcow2", base, "4M").expect(0);
        write(base, "write -P 1 0 1M", "write -P 2 2M 64k");
        img("create", "-q", "-f", "qcow2", "-b", base, "-F", "qcow2", top).expect(0);
        write(top, "write -P 3 64k 64k", "write -z 2M 64k");
    }

    private static Tool img(Object... words) {
        return Tool.program("qemu-img", "", words);
    }

    private static void write(Path disk, String... commands) {
        for (String command : commands) {
            Tool.program("qemu-io", "", "-f", "qcow2", "-c", command, disk).expect(0);
        }
    }

    private byte[] content(Path disk) throws IOException {
        Path raw = folder.resolve("content.raw");
        img("convert", "-O", "raw", disk, raw).expect(0);
        return Files.readAllBytes(raw);
    }

    private static byte[] expected(int size) {
        byte[] bytes = new byte[size];
        Arrays.fill(bytes, 0, MIB, (byte) 1);
        Arrays.fill(bytes, 64 * KIB, 128 * KIB, (byte) 3);
        return bytes;
    }

    @Test
    void commit_copiesWhatTheImageHoldsIntoItsBackingFile() throws IOException {
        assertEquals("Image committed.\n", img("commit", "-d", top).expect(0).out());
        assertArrayEquals(expected(4 * MIB), content(base));
    }

    @Test
    void zeroesOverAllDataOfTheBackingFilesCluster_makeAZeroCluster() {
        Path small = folder.resolve("small.qcow2");
        Path above = folder.resolve("above.qcow2");
        img("create", "-q", "-f", "qcow2", "-o", "cluster_size=512", small, "256k").expect(0);
        write(small, "write -P 5 81k 1k", "write -P 5 131k 1k");
        img("create", "-q", "-f", "qcow2", "-b", small, "-F", "qcow2", above).expect(0);
        write(above, "write -z 80k 3k", "write -z 132k 3k", "read -P 0 64k 64k", "read -P 5 131k 1k");
        String map = img("map", "--output=json", above).expect(0).out();
        assertTrue(map.contains("\"start\": 65536, \"length\": 65536, \"depth\": 0, \"present\": true, "
                + "\"zero\": true"), map);
        assertTrue(map.lines().anyMatch(line -> line.contains("\"start\": 131072,")
                && line.contains("\"zero\": false, \"data\": true")), map);
    }

    @Test
    void commitOfEncryptedLayers_usesTheKeysOfTheDefinition() throws IOException {
        Path locked = folder.resolve("locked.qcow2");
        Path above = folder.resolve("above.qcow2");
        List<String> keys = List.of("--object", "secret,id=a,data=one", "--object", "secret,id=b,data=two");
        String luks = "encrypt.format=luks,encrypt.iter-time=10,encrypt.key-secret=";
        img("create", "-q", "-f", "qcow2", keys.get(0), keys.get(1), "-o", luks + "a", locked, "1M").expect(0);
        img("create", "-q", "-f", "qcow2", keys.get(2), keys.get(3), "-o", luks + "b", "-b", locked, "-F", "qcow2",
                above, "1M").expect(0);
        String base = "driver=qcow2,encrypt.key-secret=a,file.filename=" + locked;
        String both = "driver=qcow2,encrypt.key-secret=b,file.filename=" + above + ",backing.encrypt.key-secret=a";
        Tool.program("qemu-io", "", keys.get(0), keys.get(1), keys.get(2), keys.get(3), "-c", "write -P 9 64k 64k",
                "--image-opts", both).expect(0);
        img("commit", "-q", keys.get(0), keys.get(1), keys.get(2), keys.get(3), "--image-opts", both).expect(0);
        Tool.program("qemu-io", "", keys.get(0), keys.get(1), "-c", "read -P 9 64k 64k", "--image-opts", base)
                .expect(0);
    }

    @Test
    void commitOfALargerImage_letsTheBackingFileGrow() throws IOException {
        img("resize", "-q", top, "6M").expect(0);
        write(top, "write -P 7 5M 64k");
        img("commit", "-q", "-d", top).expect(0);
        byte[] bytes = expected(6 * MIB);
        Arrays.fill(bytes, 5 * MIB, 5 * MIB + 64 * KIB, (byte) 7);
        assertArrayEquals(bytes, content(base));
    }

    @Test
    void commitIntoADeeperLayer_copiesTheLayersBetween() throws IOException {
        Path third = folder.resolve("third.qcow2");
        img("create", "-q", "-f", "qcow2", "-b", "top.qcow2", "-F", "qcow2", third).expect(0);
        write(third, "write -P 4 3M 64k");
        img("commit", "-q", "-b", base, third).expect(0);
        byte[] bytes = expected(4 * MIB);
        Arrays.fill(bytes, 3 * MIB, 3 * MIB + 64 * KIB, (byte) 4);
        assertArrayEquals(bytes, content(base));
        assertArrayEquals(bytes, content(third));
    }

    @Test
    void commitBelowAShortLayer_commitsTheZeroesBehindItsEnd() throws IOException {
        Path thinner = folder.resolve("short.qcow2");
        Path third = folder.resolve("third.qcow2");
        img("create", "-q", "-f", "qcow2", "-b", base, "-F", "qcow2", thinner, "1M").expect(0);
        img("create", "-q", "-f", "qcow2", "-b", thinner, "-F", "qcow2", third, "4M").expect(0);
        byte[] seen = content(third);
        img("commit", "-q", "-b", base, third).expect(0);
        assertArrayEquals(seen, content(base));
    }

    @Test
    void commitWithoutABackingFile_isRefused() {
        assertTrue(img("commit", base).expect(1).err().startsWith("qemu-img: Image does not have a backing file"));
    }

    @Test
    void commitIntoAnUnknownLayer_isRefused() {
        assertTrue(img("commit", "-b", "other.qcow2", top).expect(1).err().contains("Did not find 'other.qcow2'"));
    }

    @Test
    void rebaseOntoNothing_keepsTheContent() throws IOException {
        img("rebase", "-b", "", top).expect(0);
        Files.delete(base);
        assertArrayEquals(expected(4 * MIB), content(top));
    }

    @Test
    void rebaseOntoAnotherImage_keepsTheContent() throws IOException {
        Path other = folder.resolve("other.qcow2");
        img("create", "-q", "-f", "qcow2", other, "2M").expect(0);
        write(other, "write -P 1 0 512k", "write -P 9 1M 512k");
        img("rebase", "-b", other, "-F", "qcow2", top).expect(0);
        assertArrayEquals(expected(4 * MIB), content(top));
        assertTrue(img("info", top).expect(0).out().contains("backing file: " + other + "\n"));
    }

    @Test
    void rebaseBelowTheBackingFile_copiesOnlyWhatIsBetween() throws IOException {
        Path third = folder.resolve("third.qcow2");
        img("create", "-q", "-f", "qcow2", "-b", top, "-F", "qcow2", third).expect(0);
        img("rebase", "-b", base, "-F", "qcow2", third).expect(0);
        assertArrayEquals(expected(4 * MIB), content(third));
        String map = img("map", "--output=json", third).expect(0).out();
        assertTrue(map.contains("{ \"start\": 131072, \"length\": 917504, \"depth\": 1,"), map);
    }

    @Test
    void unsafeRebase_changesTheNameAlone() {
        img("rebase", "-u", "-b", "nowhere.qcow2", "-F", "qcow2", top).expect(0);
        assertTrue(img("info", top).expect(0).out().contains("backing file: nowhere.qcow2 (actual path: "));
    }

    @Test
    void rebaseWithoutAFormat_isRefused() {
        assertTrue(img("rebase", "-u", "-b", "nowhere.qcow2", top).expect(1).err()
                .contains("backing format must be specified"));
    }

    @Test
    void resizeByADifference_growsTheDisk() {
        assertEquals("Image resized.\n", img("resize", base, "+1M").expect(0).out());
        assertTrue(img("info", base).expect(0).out().contains("virtual size: 5 MiB (5242880 bytes)\n"));
    }

    @Test
    void shrinkingUnasked_isRefusedWithAWarning() {
        String err = img("resize", base, "-1M").expect(1).err();
        assertTrue(err.startsWith("qemu-img: Use the --shrink option to perform a shrink operation.\n"
                + "qemu-img: warning: Shrinking an image will delete all data"), err);
    }

    @Test
    void resizeOfAProbedRawImage_warns() throws IOException {
        Path raw = folder.resolve("disk.raw");
        Files.write(raw, new byte[MIB]);
        assertTrue(img("resize", raw, "2M").expect(0).err().startsWith(
                "WARNING: Image format was not specified for '" + raw + "' and probing guessed raw.\n"));
        assertEquals(2 * MIB, Files.size(raw));
    }

    @Test
    void dd_copiesBlocksBehindTheSkippedOnes() throws IOException {
        Path copy = folder.resolve("copy.raw");
        img("dd", "-O", "raw", "bs=64k", "skip=1", "count=3", "if=" + top, "of=" + copy).expect(0);
        assertArrayEquals(Arrays.copyOfRange(expected(4 * MIB), 64 * KIB, 192 * KIB), Files.readAllBytes(copy));
    }

    @Test
    void ddOfAnUnknownOperand_isRefused() {
        assertEquals("qemu-img: unrecognized operand seek\n", img("dd", "seek=1", "if=x", "of=y").expect(1).err());
    }

    @Test
    void severalSnapshotActions_areRefused() {
        assertEquals("qemu-img: Cannot mix '-l', '-a', '-c', '-d'\nTry 'qemu-img --help' for more information\n",
                img("snapshot", "-c", "a", "-d", "b", base).expect(1).err());
    }

    @Test
    void createWithSizeTwice_isRefused() {
        assertTrue(img("create", "-f", "qcow2", "-o", "size=1M", folder.resolve("x"), "1M").expect(1).err()
                .contains("The image size must be specified only once"));
    }

    @Test
    void createAboveAMissingFile_tellsSoBelowTheMessage() {
        assertTrue(img("create", "-f", "qcow2", "-b", "none", "-F", "raw", folder.resolve("x")).expect(1).err()
                .endsWith("\nCould not open backing image.\n"));
    }

    @Test
    void measureWithoutSizeOrDisk_isRefused() {
        assertEquals("qemu-img: Either --size N or one filename must be specified.\n",
                img("measure", "-O", "qcow2").expect(1).err());
    }

    @Test
    void traceOptions_arePassedOver() {
        img("-T", "enable=x", "--trace=y", "info", base).expect(0);
    }
}
