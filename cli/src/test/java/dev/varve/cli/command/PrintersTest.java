// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.CheckReport;
import dev.varve.api.block.ImageInfo;
import dev.varve.api.block.ImageReference;
import dev.varve.cli.text.JsonText;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What the commands print, against what qemu-img 7.2 printed. */
class PrintersTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    private static ImageReport overlay() {
        return new ImageReport("ignored", "qcow2", new ImageInfo("/d/o.qcow2", 1 << 20, OptionalLong.of(200704),
                OptionalLong.of(65536), Optional.of(new ImageReference("b.qcow2", Optional.of("qcow2"))), true,
                Map.of("compat", "1.1", "refcount-bits", 16L)));
    }

    @Test
    void info_forPeople_isQemus() {
        assertEquals("""
                image: /d/o.qcow2
                file format: qcow2
                virtual size: 1 MiB (1048576 bytes)
                disk size: 196 KiB
                cluster_size: 65536
                cleanly shut down: no
                backing file: b.qcow2 (actual path: /d/b.qcow2)
                backing file format: qcow2
                Format specific information:
                    compat: 1.1
                    refcount bits: 16
                """, overlay().human());
    }

    @Test
    void info_forPrograms_isQemus() {
        assertEquals("""
                {
                    "backing-filename-format": "qcow2",
                    "virtual-size": 1048576,
                    "filename": "/d/o.qcow2",
                    "cluster-size": 65536,
                    "format": "qcow2",
                    "actual-size": 200704,
                    "format-specific": {
                        "type": "qcow2",
                        "data": {
                            "compat": "1.1",
                            "refcount-bits": 16
                        }
                    },
                    "full-backing-filename": "/d/b.qcow2",
                    "backing-filename": "b.qcow2",
                    "dirty-flag": true
                }""", JsonText.qemu(overlay().json()));
    }

    @Test
    void infoOfANamelessImage_showsTheNameThatWasGiven() {
        ImageReport report = new ImageReport("null-co:", "null-co", ImageInfo.plain("", 1));
        assertTrue(report.human().startsWith("image: null-co:\n"), report.human());
        assertTrue(report.human().contains("disk size: unavailable\n"), report.human());
    }

    @Test
    void cleanCheck_isQemus() {
        CheckText text = new CheckText("o.qcow2", "qcow2", new CheckReport(0, 0, 0, 327680, 16, 3, 1, 0));
        assertEquals("""
                No errors were found on the image.
                3/16 = 18.75% allocated, 33.33% fragmented, 0.00% compressed clusters
                Image end offset: 327680
                """, text.human());
        assertEquals("""
                {
                    "image-end-offset": 327680,
                    "total-clusters": 16,
                    "check-errors": 0,
                    "allocated-clusters": 3,
                    "filename": "o.qcow2",
                    "format": "qcow2",
                    "fragmented-clusters": 1
                }""", JsonText.qemu(text.json()));
    }

    @Test
    void badCheck_tellsOfEachSort() {
        assertEquals("""

                2 errors were found on the image.
                Data may be corrupted, or further writes to the image may corrupt it.

                1 leaked clusters were found on the image.
                This means waste of disk space, but no harm to data.

                3 internal errors have occurred during the check.
                """, new CheckText("x", "qcow2", new CheckReport(2, 1, 3, 0, 0, 0, 0, 0)).human());
    }

    @Test
    void mapForPeople_showsDataOnly() throws BlockException {
        MapPrinter printer = new MapPrinter.Human(out);
        printer.begin();
        printer.print(new MapEntry(0, 0x10000, 0, true, false, true, 0x50000, "a.qcow2"), false);
        printer.print(new MapEntry(0x10000, 0x10000, 0, true, true, false, MapEntry.NOWHERE, ""), false);
        printer.print(new MapEntry(0x20000, 0x10000, 1, true, false, true, 0, "b.qcow2"), true);
        printer.end();
        assertEquals("""
                Offset          Length          Mapped to       File
                0               0x10000         0x50000         a.qcow2
                0x20000         0x10000         0               b.qcow2
                """, bytes.toString(StandardCharsets.UTF_8));
    }

    @Test
    void mapForPeople_ofEncodedData_isRefused() {
        MapPrinter printer = new MapPrinter.Human(out);
        assertThrows(BlockException.class,
                () -> printer.print(new MapEntry(0, 512, 0, true, false, true, MapEntry.NOWHERE, ""), true));
    }

    @Test
    void mapForPrograms_isQemus() throws BlockException {
        MapPrinter printer = new MapPrinter.Json(out);
        printer.begin();
        printer.print(new MapEntry(0, 65536, 0, true, false, true, 327680, "a"), false);
        printer.print(new MapEntry(65536, 512, 1, false, true, false, MapEntry.NOWHERE, ""), true);
        printer.end();
        assertEquals("""
                [{ "start": 0, "length": 65536, "depth": 0, "present": true, "zero": false, "data": true, \
                "offset": 327680},
                { "start": 65536, "length": 512, "depth": 1, "present": false, "zero": true, "data": false}]
                """, bytes.toString(StandardCharsets.UTF_8));
    }

    @Test
    void entries_areJoinedOnlyWhereStorageContinues() {
        MapEntry first = new MapEntry(0, 10, 0, true, false, true, 100, "a");
        assertTrue(first.continuedBy(new MapEntry(10, 5, 0, true, false, true, 110, "a")));
        assertFalse(first.continuedBy(new MapEntry(10, 5, 0, true, false, true, 111, "a")));
        assertFalse(first.continuedBy(new MapEntry(10, 5, 0, true, false, true, 110, "b")));
        assertFalse(first.continuedBy(new MapEntry(10, 5, 1, true, false, true, 110, "a")));
        assertFalse(first.continuedBy(new MapEntry(10, 5, 0, true, false, true, MapEntry.NOWHERE, "")));
        assertEquals(15, first.joinedWith(new MapEntry(10, 5, 0, true, false, true, 110, "a")).length());
    }
}
