// SPDX-License-Identifier: Apache-2.0
package dev.varve.plugin.vdi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the header may say. */
class VdiHeaderTest {
    private static final int FILE = 1024;

    private static ByteBuffer valid() throws BlockException {
        return VdiHeader.ofNew(10 << 20, false).encodeNew().order(ByteOrder.LITTLE_ENDIAN);
    }

    @Test
    void newHeader_parsed_isTheSame() throws BlockException {
        VdiHeader header = VdiHeader.ofNew((10 << 20) + 1, true);
        assertEquals(header, VdiHeader.parse(header.encodeNew(), FILE));
        assertEquals((10 << 20) + 512, header.size());
        assertEquals(11, header.allocated());
    }

    @Test
    void header_rewritten_keepsWhatIsNotItsOwn() throws BlockException {
        ByteBuffer sector = valid();
        sector.put(0x60, (byte) 'x').putInt(0x15c, 1023);
        ByteBuffer before = ByteBuffer.allocate(512).put(0, sector, 0, 512);
        VdiHeader.parse(sector, FILE).putInto(sector);
        assertEquals(before, sector);
    }

    @ParameterizedTest
    @CsvSource({"0x40, 0, CORRUPT, bad signature 00000000", "0x44, 0x10002, UNSUPPORTED, version 1.2",
        "0x4c, 4, UNSUPPORTED, image type 4", "0x154, 0x201, UNSUPPORTED, unaligned block map offset 0x201",
        "0x158, 0x401, UNSUPPORTED, unaligned data offset 0x401",
        "0x168, 4096, UNSUPPORTED, sector size 4096 is not 512",
        "0x178, 65536, UNSUPPORTED, block size 65536 is not 1048576", "0x17c, 512, UNSUPPORTED, extra bytes",
        "0x180, 9, UNSUPPORTED, image bitmap has room for 9437184", "0x180, 0x7fffffff, UNSUPPORTED, too many blocks",
        "0x174, 0x20000, UNSUPPORTED, max supported is 0x1fffff8000000", "0x174, -1, UNSUPPORTED, max supported",
        "0x1a8, 1, UNSUPPORTED, non-NULL link UUID", "0x1c0, 1, UNSUPPORTED, non-NULL parent UUID",
        "0x154, 0, CORRUPT, block map", "0x154, 0x40000000, CORRUPT, block map", "0x158, 0x200, CORRUPT, data offset"})
    void header_withOneFieldWrong_isRefusedByItsValue(String at, String value, ErrorKind kind, String words)
            throws BlockException {
        ByteBuffer sector = valid();
        sector.putInt(Integer.decode(at), Long.decode(value).intValue());
        BlockException refusal = assertThrows(BlockException.class, () -> VdiHeader.parse(sector, FILE));
        assertEquals(kind, refusal.kind(), refusal.getMessage());
        assertTrue(refusal.getMessage().contains(words), refusal.getMessage());
    }

    @Test
    void size_aboveQemusLimit_isRefused() throws BlockException {
        assertEquals(VdiHeader.MAX_BLOCKS, VdiHeader.ofNew(VdiHeader.MAX_SIZE, false).blocks());
        assertThrows(BlockException.class, () -> VdiHeader.ofNew(VdiHeader.MAX_SIZE + 1, false));
    }
}
