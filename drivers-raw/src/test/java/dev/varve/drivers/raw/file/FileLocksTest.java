// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.Permission;
import dev.varve.api.block.Permissions;
import dev.varve.api.spi.NodeSettings;
import dev.varve.api.spi.PermissionChange;
import dev.varve.drivers.raw.testing.FakeCreation;
import dev.varve.drivers.raw.testing.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileLocksTest {
    private static final Permissions WRITER_OF_SHARED = new Permissions(
            Set.of(Permission.CONSISTENT_READ, Permission.WRITE), Permissions.ALL);

    @TempDir
    private Path folder;
    private Path path;

    @BeforeEach
    void makeFile() throws IOException {
        path = folder.resolve("disk.raw");
        Files.write(path, new byte[1 << 20]);
    }

    private FileNode open() throws IOException {
        return FileNodes.open(HostFiles.NATIVE, path);
    }

    private static BlockException refused(FileNode node, Permissions wanted) {
        BlockException e = assertThrows(BlockException.class, () -> node.preparePermissions(wanted));
        assertEquals(ErrorKind.LOCKED, e.kind());
        return e;
    }

    private static void take(FileNode node, Permissions wanted) throws IOException {
        node.preparePermissions(wanted).commit();
    }

    @Test
    void prepare_twoWritersInOneProcess_refusesTheSecondAndNamesTheFirst() throws IOException {
        try (FileNode first = open(); FileNode second = open()) {
            take(first, Permissions.READ_WRITE);
            BlockException e = refused(second, Permissions.READ_WRITE);
            assertEquals("Failed to get \"write\" lock: '" + path + "' is held by this process", e.problem());
        }
    }

    @Test
    void prepare_writerBesideReaderThatSharesNoWrite_isRefusedEitherWay() throws IOException {
        try (FileNode reader = open(); FileNode writer = open()) {
            take(reader, Permissions.READ);
            assertTrue(refused(writer, WRITER_OF_SHARED).problem().startsWith("Failed to get \"write\" lock"));
            take(reader, Permissions.NONE);
            take(writer, WRITER_OF_SHARED);
            assertTrue(refused(reader, Permissions.READ).problem().startsWith("Failed to get shared \"write\" lock"));
        }
    }

    @Test
    void prepare_readersAndSharingWriter_areGranted() throws IOException {
        try (FileNode first = open(); FileNode second = open(); FileNode writer = open()) {
            take(first, Permissions.READ_SHARED);
            take(second, Permissions.READ_SHARED);
            take(writer, WRITER_OF_SHARED);
        }
    }

    @Test
    void prepare_refused_keepsNoLockAndWhatWasHeld() throws IOException {
        try (FileNode holder = open(); FileNode refusedOne = open(); FileNode third = open()) {
            take(holder, Permissions.READ);
            take(refusedOne, Permissions.READ_SHARED);
            refused(refusedOne, Permissions.READ_WRITE);
            // A failed writer's lock on RESIZE would be in the way of a reader that does not share RESIZE.
            take(third, Permissions.READ);
            take(holder, Permissions.NONE);
            take(third, Permissions.NONE);
            Permissions hidesReading = new Permissions(Set.of(), EnumSet.complementOf(
                    EnumSet.of(Permission.CONSISTENT_READ)));
            assertTrue(refused(third, hidesReading).problem().contains("shared \"consistent read\""));
        }
    }

    @Test
    void abort_newPermissions_givesThemBackAndKeepsTheOld() throws IOException {
        try (FileNode node = open(); FileNode other = open()) {
            take(node, Permissions.READ);
            node.preparePermissions(Permissions.READ_WRITE).abort();
            take(other, Permissions.READ);
            refused(other, WRITER_OF_SHARED);
        }
    }

    @Test
    void prepare_beforeCommit_holdsOldAndNew() throws IOException {
        try (FileNode node = open(); FileNode other = open()) {
            take(node, Permissions.READ);
            PermissionChange change = node.preparePermissions(WRITER_OF_SHARED);
            refused(other, WRITER_OF_SHARED);
            refused(other, Permissions.READ);
            change.commit();
            take(other, WRITER_OF_SHARED);
        }
    }

    @Test
    void close_holder_setsItsLocksFree() throws IOException {
        try (FileNode second = open()) {
            FileNode first = open();
            take(first, Permissions.READ_WRITE);
            refused(second, Permissions.READ_WRITE);
            first.close();
            take(second, Permissions.READ_WRITE);
        }
    }

    @Test
    void prepare_forceShareOrLockingOff_neitherTakesNorTests() throws IOException {
        Map<String, String> off = Map.of("filename", path.toString(), "locking", "off");
        try (FileNode writer = open(); FileNode forced = FileNodes.open(HostFiles.NATIVE, path, FileNodes.FORCE_SHARE);
                FileNode unlocked = FileNodes.open(HostFiles.NATIVE, NodeSettings.DEFAULT, off)) {
            take(forced, Permissions.READ);
            take(unlocked, Permissions.READ_WRITE);
            take(writer, Permissions.READ_WRITE);
            take(forced, Permissions.READ);
        }
    }

    @Test
    void open_lockingOnWithoutLocks_isUnsupported() {
        Map<String, String> on = Map.of("filename", path.toString(), "locking", "on");
        BlockException e = assertThrows(BlockException.class,
                () -> FileNodes.open(HostFiles.CHANNEL, NodeSettings.DEFAULT, on).close());
        assertEquals(ErrorKind.UNSUPPORTED, e.kind());
    }

    @Test
    void create_fileInUse_isRefusedAndLeavesItAlone() throws IOException {
        FileDriver driver = new FileDriver();
        try (FileNode user = open()) {
            take(user, Permissions.READ_WRITE);
            BlockException e = assertThrows(BlockException.class,
                    () -> driver.create(FakeCreation.of(driver, path.toString(), 4096, Map.of())));
            assertEquals(ErrorKind.LOCKED, e.kind());
            assertEquals(1 << 20, Files.size(path));
        }
    }

    @Test
    void prepare_qemuWrites_refusesAndNamesItsProcess() throws IOException {
        Tool.assumePresent("qemu-io");
        try (Tool.QemuIo qemu = new Tool.QemuIo("-f", "raw", path.toString()); FileNode node = open()) {
            BlockException e = refused(node, Permissions.READ);
            assertEquals("Failed to get shared \"write\" lock: '" + path + "' is held by process " + qemu.pid()
                    + " (qemu-io)", e.problem());
            take(node, Permissions.READ_SHARED);
            take(node, WRITER_OF_SHARED);
        }
    }

    @Test
    void prepare_qemuReads_letsReadersInAndTheirSharingWriters() throws IOException {
        Tool.assumePresent("qemu-io");
        try (Tool.QemuIo qemu = new Tool.QemuIo("-r", "-f", "raw", path.toString()); FileNode node = open()) {
            take(node, Permissions.READ);
            take(node, Permissions.READ_WRITE);
            assertTrue(qemu.pid() > 0);
        }
    }

    @Test
    void prepare_qemuHasQcow2Open_refusesWritersButNotReaders() throws Exception {
        Tool.assumePresent("qemu-io");
        Tool.assumePresent("qemu-img");
        path = folder.resolve("disk.qcow2");
        Tool.run("qemu-img", "create", "-f", "qcow2", path.toString(), "1M");
        try (Tool.QemuIo qemu = new Tool.QemuIo("-f", "qcow2", path.toString()); FileNode node = open()) {
            assertTrue(refused(node, WRITER_OF_SHARED).problem().contains("process " + qemu.pid()));
            take(node, Permissions.READ_SHARED);
        }
    }

    @Test
    void qemu_nodeWrites_isRefusedUnlessItSharesAll() throws Exception {
        Tool.assumePresent("qemu-io");
        Tool.assumePresent("qemu-img");
        try (FileNode node = open()) {
            take(node, Permissions.READ_WRITE);
            Tool.Result writer = Tool.run("qemu-io", "-f", "raw", "-c", "length", path.toString());
            assertTrue(writer.output().contains("Failed to get \"write\" lock"), writer.output());
            Tool.Result reader = Tool.run("qemu-img", "info", "-f", "raw", path.toString());
            assertEquals(0, reader.status(), reader.output());
            Tool.Result creator = Tool.run("qemu-img", "create", "-f", "raw", path.toString(), "1M");
            assertTrue(creator.output().contains("Failed to get \"write\" lock"), creator.output());
        }
    }

    @Test
    void qemu_nodeReadsAndSharesNoWrite_mayReadButNotWrite() throws Exception {
        Tool.assumePresent("qemu-io");
        try (FileNode node = open()) {
            take(node, Permissions.READ);
            Tool.Result writer = Tool.run("qemu-io", "-f", "raw", "-c", "length", path.toString());
            assertTrue(writer.output().contains("Failed to get \"write\" lock"), writer.output());
            Tool.Result reader = Tool.run("qemu-io", "-r", "-f", "raw", "-c", "length", path.toString());
            assertEquals(0, reader.status(), reader.output());
        }
    }
}
