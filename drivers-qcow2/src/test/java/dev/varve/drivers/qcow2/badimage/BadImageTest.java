// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.badimage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.CheckFinding;
import dev.varve.api.block.CheckReport;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockNode;
import dev.varve.drivers.qcow2.badimage.BadImage.Outcome;
import dev.varve.drivers.qcow2.testimage.AllocatedBytes;
import dev.varve.drivers.qcow2.testimage.OneFile;
import dev.varve.drivers.qcow2.testimage.StoredFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.ThrowingSupplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every bad image is refused or reported with field, value and allowed range, soon and with little memory. */
class BadImageTest {
    private static final long MEMORY = 64 << 20;
    private static final Duration TIME = Duration.ofSeconds(10);

    static Stream<BadImage> openRefused() {
        return images(Outcome.OPEN_REFUSED);
    }

    static Stream<BadImage> readRefused() {
        return images(Outcome.READ_REFUSED);
    }

    static Stream<BadImage> checkReports() {
        return images(Outcome.CHECK_REPORTS);
    }

    private static Stream<BadImage> images(Outcome outcome) {
        return BadImages.all().stream().filter(image -> image.outcome() == outcome);
    }

    @Test
    void all_areManyAndNamedApart() {
        List<BadImage> all = BadImages.all();

        assertTrue(all.size() >= 200, () -> all.size() + " images");
        assertEquals(all.size(), all.stream().map(BadImage::name).distinct().count());
    }

    @ParameterizedTest
    @MethodSource("openRefused")
    void open_badImage_isRefusedWithFieldValueAndRange(BadImage image) {
        StoredFile file = new StoredFile(image.bytes());

        BlockException refusal = bounded(() -> assertThrows(BlockException.class, () -> OneFile.openWritable(file),
                image::name));

        assertTrue(image.message().matcher(refusal.getMessage()).find(), refusal::getMessage);
    }

    @ParameterizedTest
    @MethodSource("readRefused")
    void read_badImage_isRefusedWithFieldValueAndRangeAndReported(BadImage image) throws IOException {
        BlockNode node = OneFile.openReadOnly(new StoredFile(image.bytes()));

        BlockException refusal = bounded(() -> assertThrows(BlockException.class, () -> readAll(node)));
        CheckReport report = bounded(() -> node.check(finding -> { }));

        assertTrue(image.message().matcher(refusal.getMessage()).find(), refusal::getMessage);
        assertFalse(report.isClean());
    }

    private static void readAll(BlockNode node) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        for (long at = 0; at < node.size(); at += buffer.limit()) {
            node.read(at, buffer.clear().limit((int) Math.min(buffer.capacity(), node.size() - at)),
                    RequestFlags.NONE);
        }
    }

    @ParameterizedTest
    @MethodSource("checkReports")
    void check_badImage_reportsIt(BadImage image) {
        StoredFile file = new StoredFile(image.bytes());
        List<CheckFinding> findings = new ArrayList<>();

        CheckReport report = bounded(() -> OneFile.openReadOnly(file).check(findings::add));

        assertFalse(report.isClean());
        assertTrue(findings.stream().anyMatch(finding -> image.message().matcher(finding.text()).find()),
                () -> image.name() + ": " + findings);
    }

    private static <T> T bounded(ThrowingSupplier<T> work) {
        return assertTimeoutPreemptively(TIME, () -> {
            AllocatedBytes allocated = new AllocatedBytes();
            T result = work.get();
            long bytes = allocated.soFar();
            assertTrue(bytes < MEMORY, () -> bytes + " bytes allocated");
            return result;
        });
    }
}
