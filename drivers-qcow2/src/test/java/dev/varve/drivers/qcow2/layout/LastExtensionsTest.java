// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.layout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.varve.api.block.BlockException;
import dev.varve.drivers.qcow2.testimage.GoodImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class LastExtensionsTest {
    private static final int TYPE = 0x1234_5678;

    private static List<HeaderExtension> read(GoodImage image) throws IOException {
        byte[] bytes = image.bytes();
        return Header.parse(ByteBuffer.wrap(bytes, 0, 4096), bytes.length).extensions();
    }

    @Test
    void layers_withTheSameExtensions_shareThem() throws IOException {
        List<HeaderExtension> first = read(GoodImage.small().backing("a", "qcow2").extension(TYPE, new byte[5]));
        assertSame(first, read(GoodImage.small().backing("another", "qcow2").extension(TYPE, new byte[5])));
    }

    @Test
    void layers_withOtherExtensions_haveTheirOwn() throws IOException {
        for (int round = 0; round < 2; round++) {
            assertEquals(List.of(new HeaderExtension.BackingFormat("qcow2")),
                    read(GoodImage.small().backing("a", "qcow2")));
            assertEquals(List.of(new HeaderExtension.BackingFormat("raw")),
                    read(GoodImage.small().backing("a", "raw")));
            assertEquals(List.of(), read(GoodImage.small()));
            assertEquals(2, read(GoodImage.small().backing("a", "qcow2").extension(TYPE, new byte[8])).size());
        }
    }

    @Test
    void backingFormat_givenTwice_isTheLast() throws IOException {
        byte[] bytes = GoodImage.small()
               .backing("a", "qcow2").extension(0xe2792aca, new byte[] {102, 111, 111}).bytes();
        assertEquals("foo", Header.parse(ByteBuffer.wrap(bytes, 0, 4096), bytes.length).backingFormat().orElse(""));
    }

    /** The name of the backing file begins inside what was the last image's area. */
    @Test
    void area_thatIsTooShort_isRefusedWhateverWasReadBefore() throws IOException {
        byte[] bytes = GoodImage.small().backing("a", "qcow2").bytes();
        Header.parse(ByteBuffer.wrap(bytes, 0, 4096), bytes.length);
        ByteBuffer cut = ByteBuffer.wrap(bytes.clone()).putLong(8, 104 + 12);
        assertThrows(BlockException.class, () -> Header.parse(cut.limit(4096), bytes.length));
    }
}
