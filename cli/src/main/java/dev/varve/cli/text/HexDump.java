// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.text;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/** Bytes as qemu-io's {@code read -v} dumps them: 16 a line, in hex and as letters and digits. */
public final class HexDump {
    private static final int PER_LINE = 16;

    private HexDump() {
    }

    /**
     * A dump.
     *
     * @param bytes the bytes from index 0 to the limit
     * @param offset where the first byte lies
     * @return lines, each ended
     */
    public static String of(ByteBuffer bytes, long offset) {
        HexFormat hex = HexFormat.of();
        StringBuilder text = new StringBuilder(bytes.limit() * 5);
        for (int i = 0; i < bytes.limit(); i += PER_LINE) {
            int end = Math.min(i + PER_LINE, bytes.limit());
            text.append(Decimal.padded(Long.toHexString(offset + i), 8)).append(":  ");
            for (int j = i; j < end; j++) {
                hex.toHexDigits(text, bytes.get(j)).append(' ');
            }
            text.append(' ');
            for (int j = i; j < end; j++) {
                text.append(shown(bytes.get(j)));
            }
            text.append('\n');
        }
        return text.toString();
    }

    private static char shown(byte value) {
        boolean alphanumeric = value >= '0' && value <= '9' || value >= 'a' && value <= 'z'
                || value >= 'A' && value <= 'Z';
        return alphanumeric ? (char) value : '.';
    }
}
