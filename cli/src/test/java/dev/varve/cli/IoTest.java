// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands of {@code io} on a raw file. */
class IoTest {
    @TempDir
    private Path folder;
    private Path disk;

    @BeforeEach
    void makeDisk() throws IOException {
        disk = folder.resolve("disk.raw");
        Files.write(disk, new byte[64 << 10]);
    }

    private Tool io(String... commands) {
        List<Object> words = new ArrayList<>(List.of("io", "-f", "raw"));
        for (String command : commands) {
            words.add("-c");
            words.add(command);
        }
        words.add(disk);
        return Tool.varve(words.toArray());
    }

    @Test
    void write_usesPatternAndReportsLikeQemuIo() throws IOException {
        String out = io("write -P 0x11 1k 512").expect(0).out();
        assertTrue(out.startsWith("wrote 512/512 bytes at offset 1024\n512 bytes, 1 ops; 00.0"), out);
        assertTrue(out.endsWith(" ops/sec)\n") && out.contains(" sec ("), out);
        byte[] expected = new byte[512];
        Arrays.fill(expected, (byte) 0x11);
        assertArrayEquals(expected, Arrays.copyOfRange(Files.readAllBytes(disk), 1024, 1536));
    }

    @Test
    void writeOfUsualPattern_isCd() throws IOException {
        io("write -q 0 1").expect(0);
        assertEquals((byte) 0xCD, Files.readAllBytes(disk)[0]);
    }

    @Test
    void verificationThatFails_fails_andLaterCommandsRun() {
        Tool run = io("write -q -P 1 0 1k", "read -q -P 2 0 1k", "length");
        assertEquals("Pattern verification failed at offset 0, 1024 bytes\n64 KiB\n", run.expect(1).out());
    }

    @Test
    void verificationOfAPart_looksAtThatPartOnly() {
        io("write -q -P 1 512 512", "read -q -P 1 -s 512 -l 512 0 2k").expect(0);
        assertEquals("Pattern verification failed at offset 511, 512 bytes\n",
                io("write -q -P 1 512 512", "read -q -P 1 -s 511 -l 512 0 2k").expect(1).out());
    }

    @Test
    void quietDump_isNotPrinted() {
        assertEquals("", io("read -qv 0 16").expect(0).out());
        assertTrue(io("read -v 0 16").expect(0).out().startsWith("00000000:  00 "));
    }

    @Test
    void machineReport_isOneLine() {
        String out = io("read -C 0 512").expect(0).out();
        assertTrue(out.startsWith("512,1,0:00:00.") && out.lines().count() == 1, out);
    }

    @Test
    void writeFromAFile_repeatsIt() throws IOException {
        Path source = folder.resolve("pattern");
        Files.writeString(source, "abc");
        io("write -q -s " + source + " 0 7").expect(0);
        assertEquals("abcabca", new String(Files.readAllBytes(disk), 0, 7, java.nio.charset.StandardCharsets.UTF_8));
    }

    @Test
    void vectors_areOneRequest() {
        assertTrue(io("writev -P 3 0 512 1k").expect(0).out().startsWith("wrote 1536/1536 bytes at offset 0\n"));
        io("writev -q -P 3 0 512 1k", "readv -q -P 3 0 1k 512", "aio_write -q -P 4 0 1k 1k", "aio_read -q -P 4 0 2k",
                "aio_flush").expect(0);
    }

    @Test
    void writeOfZeroes_needsNoBuffer() {
        io("write -q -P 9 0 64k", "write -q -z -u 4k 4k", "read -q -P 0 4k 4k", "read -q -P 9 8k 56k").expect(0);
    }

    @Test
    void contradictingFlags_areRefused() {
        assertEquals("-u requires -z to be specified\n", io("write -u 0 512").expect(1).out());
        assertEquals("-n requires -z to be specified\n", io("write -n 0 512").expect(1).out());
        assertEquals("Only one of -z, -P, and -s can be specified at the same time\n",
                io("write -z -P 1 0 512").expect(1).out());
    }

    @Test
    void wrongNumbers_areQuoted() {
        assertEquals("Parsing error: non-numeric argument, or extraneous/unrecognized suffix -- 513x\n",
                io("read 513x 1").expect(1).out());
        assertEquals("999 is not a valid pattern byte\n", io("read -P 999 0 1").expect(1).out());
        assertEquals("length cannot exceed 2147483136, given 3g\n", io("read 0 3g").expect(1).out());
    }

    @Test
    void readPastTheEnd_fails() {
        assertTrue(io("read 64k 1").expect(1).out().startsWith("read failed: "));
    }

    @Test
    void asynchronousRequest_thatFails_doesNotFailTheRun() {
        assertTrue(io("aio_read 64k 512").expect(0).out().startsWith("readv failed: "));
        assertTrue(io("aio_write 64k 512").expect(0).out().startsWith("aio_write failed: "));
        assertTrue(io("aio_read -P 9 0 512").expect(0).out().startsWith("Pattern verification failed at offset 0"));
        io("aio_read -P 999 0 512").expect(1);
    }

    @Test
    void unknownCommand_isNotFound() {
        assertEquals("command \"bogus\" not found\n", io("bogus").expect(1).err());
    }

    @Test
    void wrongCount_isToldWithWhatIsExpected() {
        assertEquals("bad argument count 1 to read, expected at least 2 arguments\n", io("read 0").expect(1).err());
        assertEquals("bad argument count 3 to alloc, expected between 1 and 2 arguments\n",
                io("alloc 0 1 2").expect(1).err());
    }

    @Test
    void unknownFlag_isToldWithTheUsage() {
        Tool run = io("discard -x 0 1").expect(1);
        assertEquals("discard: unknown option '-x' of discard\n", run.err());
        assertEquals("discard [-Cq] off len -- discards a number of bytes at a specified offset\n", run.out());
    }

    @Test
    void writeOnAReadOnlyDisk_isRefused() {
        Tool run = Tool.varve("io", "-r", "-f", "raw", "-c", "write 0 512", disk).expect(1);
        assertEquals("varve: block node is read-only\n", run.err());
    }

    @Test
    void reopen_changesWhatIsAllowed() {
        assertEquals("varve: block node is read-only\n",
                io("reopen -r", "write -q 0 512", "reopen -w", "write -q 0 512").expect(1).err());
    }

    @Test
    void reopen_withAnOptionThatCannotChange_leavesTheDiskAsItWas() {
        Tool run = io("reopen -o driver=qcow2", "reopen -o file.filename=other", "reopen -o file.driver=file",
                "write -q -P 7 0 512", "read -q -P 7 0 512").expect(1);
        assertEquals("varve: Cannot change the option 'driver'\nvarve: Cannot change the option 'filename'\n",
                run.err());
        assertEquals("", run.out());
    }

    @Test
    void reopen_withOptionsThatFit_takesThem() {
        assertEquals("60 KiB\n", io("write -q -P 9 4k 512", "reopen -o offset=4096", "length",
                "read -q -P 9 0 512").expect(0).out());
    }

    @Test
    void reopen_withOptionsThatDoNotFit_goesBack() {
        assertEquals("64 KiB\n", io("reopen -o offset=1M,size=1M", "length").expect(1).out());
    }

    @Test
    void reopen_withTheSameThingTwice_isRefused() {
        assertEquals("varve: Cannot set both -r/-w and 'read-only'\nvarve: Cannot set both -c and the cache options\n",
                io("reopen -r -o read-only=on", "reopen -c none -o cache.direct=on").expect(1).err());
    }

    @Test
    void openWithASnapshot_leavesTheDiskAsItIs() {
        io("write -q -P 3 0 64k").expect(0);
        Tool.varve("io", "-s", "-f", "raw", "-c", "write -q -P 4 0 4k", "-c", "read -q -P 4 0 4k", "-c",
                "read -q -P 3 4k 60k", disk).expect(0);
        io("read -q -P 3 0 64k").expect(0);
    }

    @Test
    void asynchronousRequests_thatNothingHoldsUp_endInOrder() {
        String out = io("aio_write 0 512", "aio_write 1k 512", "aio_write 2k 512", "aio_flush").expect(0).out();
        assertEquals(List.of("wrote 512/512 bytes at offset 0", "wrote 512/512 bytes at offset 1024",
                "wrote 512/512 bytes at offset 2048"),
                out.lines().filter(line -> line.startsWith("wrote")).toList());
    }

    @Test
    void invalidRequest_isNotMade() {
        assertEquals("", io("aio_read -i 0 512", "aio_write -i -P 5 0 512", "read -q -P 0 0 512").expect(0).out());
    }

    @Test
    void requestsOfRaw_reachTheirEvents() throws IOException {
        Path rules = folder.resolve("rules");
        for (String event : List.of("read_aio", "write_aio")) {
            Files.writeString(rules, "[inject-error]\nevent = \"" + event + "\"\nerrno = \"5\"\n");
            String command = event.substring(0, event.indexOf('_')) + " 0 512";
            String out = Tool.varve("io", "-f", "raw", "-c", command, "blkdebug:" + rules + ":" + disk).expect(1).out();
            assertTrue(out.contains(" failed: "), out);
        }
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void paddedWritesOfOneUnit_theFirstHeldBelowRaw_loseNothing() {
        Tool.varve("io", "-c", "open -o driver=raw,file.align=4k blkdebug::" + disk,
                "-c", "break pwritev_rmw_after_head A", "-c", "aio_write -q -P 10 0x1200 0x200", "-c", "wait_break A",
                "-c", "aio_write -q -P 11 0x1400 0x200", "-c", "resume A", "-c", "aio_flush").expect(0);
        io("read -q -P 0 0x1000 0x200", "read -q -P 10 0x1200 0x200", "read -q -P 11 0x1400 0x200",
                "read -q -P 0 0x1600 0xa00").expect(0);
    }

    @Test
    void breakPoint_whereNothingHoldsRequests_isRefused() {
        assertEquals("Could not set breakpoint: Operation not supported\n", io("break read_aio A").expect(1).out());
    }

    @Test
    void bufferThatADiskLeavesAsItIs_showsIt() {
        String out = Tool.varve("io", "-c", "open -o driver=null-co,size=1M", "-c", "read -v 0 4").expect(0).out();
        assertTrue(out.startsWith("00000000:  ab ab ab ab  ....\n"), out);
    }

    @Test
    void failureInTheDropIn_isToldByTheErrorNumber() {
        Tool run = Tool.program("qemu-io", "", "-f", "raw", "-c", "write 64k 1", "-c", "write -c 0 64k", disk);
        assertEquals("write failed: Input/output error\nwrite failed: Operation not supported\n",
                run.expect(1).out());
    }

    @Test
    void sharedForceThatTheOptionsRefuse_isRefused() {
        Tool run = io("close", "open -r -U -o driver=raw,force-share=off " + disk).expect(1);
        assertTrue(run.err().contains("--force-share/-U conflicts with image options"), run.err());
    }

    @Test
    void lengthOfAPartialSector_isRoundedUp() throws IOException {
        Files.write(disk, new byte[1000]);
        assertEquals("1 KiB\n", io("write -q -P 1 0 1000", "read -q -P 0 1000 24", "length").expect(0).out());
        assertEquals(1000, Files.size(disk));
    }

    @Test
    void closedDisk_isToldOf() {
        assertEquals("no file open, try 'help open'\n", io("close", "length").expect(1).err());
    }

    @Test
    void open_takesOptionsAndAPath() {
        assertEquals("64 KiB\n63 KiB\n", Tool.varve("io", "-c", "open -r " + disk, "-c", "length", "-c", "close", "-c",
                "open -r -o driver=raw,offset=1024 " + disk, "-c", "length").expect(0).out());
    }

    @Test
    void truncate_changesTheLength() {
        assertEquals("5 KiB\n", io("truncate 5k", "length").expect(0).out());
    }

    @Test
    void allocationOfRaw_isAll() {
        assertEquals("512/512 bytes allocated at offset 0 bytes\n"
                + "64 KiB (0x10000) bytes     allocated at offset 0 bytes (0x0)\n",
                io("alloc 0", "map").expect(0).out());
    }

    @Test
    void commandsFromInput_areDoneUntilQuit() {
        assertEquals("varve io> 64 KiB\nvarve io> ",
                Tool.varveReading("length\nquit\nlength\n", "io", "-f", "raw", disk).expect(0).out());
    }

    @Test
    void help_listsEveryCommand() {
        String out = Tool.varve("io", "-c", "help").expect(0).out();
        for (String usage : dev.varve.cli.io.IoActions.usages()) {
            assertTrue(out.contains(usage), usage);
        }
    }

    @Test
    void longRequest_isVerifiedAcrossItsPieces() throws IOException {
        try (var channel = java.nio.channels.FileChannel.open(disk, java.nio.file.StandardOpenOption.WRITE)) {
            channel.write(java.nio.ByteBuffer.allocate(1), 200 << 20);
        }
        io("write -q -P 5 0 130M", "read -q -P 5 0 130M", "read -q -P 5 -s 1M -l 128M 0 140M").expect(0);
        assertEquals("Pattern verification failed at offset 1048576, 135266305 bytes\n",
                io("write -q -P 5 0 130M", "read -q -P 5 -s 1M -l 135266305 0 140M").expect(1).out());
    }
}
