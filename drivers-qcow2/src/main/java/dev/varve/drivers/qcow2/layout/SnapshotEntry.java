// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.layout;

import dev.varve.api.block.BlockException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/**
 * An entry of the snapshot table ("Snapshots"). Texts hold one character a byte.
 *
 * @param l1Offset where the snapshot's L1 table begins, host offset, not checked
 * @param l1Entries its number of entries, unsigned, not checked
 * @param id the unique ID
 * @param name the name
 * @param taken when it was taken
 * @param vmStateBytes the 32-bit size of the VM state, unsigned
 * @param extra extra data, known and unknown
 */
public record SnapshotEntry(long l1Offset, int l1Entries, String id, String name, Taken taken, int vmStateBytes,
        ByteBuffer extra) {
    /** The shortest entry in bytes. */
    public static final int MIN_BYTES = 40;
    /** The most extra data that is accepted (QEMU's {@code QCOW_MAX_SNAPSHOT_EXTRA_DATA}). */
    public static final int MAX_EXTRA_BYTES = 1024;

    private static final int DISK_SIZE_IN_EXTRA = 8;
    private static final int ICOUNT_IN_EXTRA = 16;
    private static final int KNOWN_EXTRA_BYTES = 24;
    private static final long MAX_SHORT_VM_STATE = 0xffff_ffffL;

    /**
     * When a snapshot was taken.
     *
     * @param seconds since the Epoch, unsigned
     * @param nanos the part below a second
     * @param vmClockNanos how long the guest had been running
     */
    public record Taken(int seconds, int nanos, long vmClockNanos) {}

    /** Copies the extra data. */
    public SnapshotEntry {
        byte[] copy = new byte[extra.remaining()];
        extra.get(extra.position(), copy);
        extra = ByteBuffer.wrap(copy).asReadOnlyBuffer();
    }

    @Override
    public ByteBuffer extra() {
        return extra.duplicate();
    }

    /**
     * Reads an entry.
     *
     * @param table the snapshot table from the position of an entry; afterwards at the next entry
     * @return its fields; where the snapshot's L1 table may be is for the caller to check
     * @throws BlockException of kind CORRUPT if the entry does not end before the buffer's limit
     */
    public static SnapshotEntry parse(ByteBuffer table) throws BlockException {
        int start = table.position();
        FieldChecks.range("bytes left for a snapshot table entry", table.remaining(), MIN_BYTES, Integer.MAX_VALUE);
        long l1Offset = table.getLong();
        int l1Entries = table.getInt();
        int idBytes = Short.toUnsignedInt(table.getShort());
        int nameBytes = Short.toUnsignedInt(table.getShort());
        int seconds = table.getInt();
        int nanos = table.getInt();
        long vmClock = table.getLong();
        int vmStateBytes = table.getInt();
        long extraBytes = Integer.toUnsignedLong(table.getInt());
        FieldChecks.range("extra_data_size of a snapshot", extraBytes, 0, MAX_EXTRA_BYTES);
        FieldChecks.range("bytes of the texts of a snapshot", extraBytes + idBytes + nameBytes, 0, table.remaining());
        ByteBuffer extra = table.slice(table.position(), (int) extraBytes);
        table.position(table.position() + (int) extraBytes);
        String id = text(table, idBytes);
        String name = text(table, nameBytes);
        table.position(Math.min(start + padded(table.position() - start), table.limit()));
        return new SnapshotEntry(l1Offset, l1Entries, id, name, new Taken(seconds, nanos, vmClock), vmStateBytes,
                extra);
    }

    private static String text(ByteBuffer table, int bytes) {
        byte[] text = new byte[bytes];
        table.get(text);
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    /**
     * Writes the entry with its padding.
     *
     * @param target receives {@link #encodedBytes} from its position
     */
    public void encode(ByteBuffer target) {
        int start = target.position();
        target.putLong(l1Offset).putInt(l1Entries).putShort((short) id.length()).putShort((short) name.length());
        target.putInt(taken.seconds()).putInt(taken.nanos()).putLong(taken.vmClockNanos());
        target.putInt(vmStateBytes).putInt(extra.remaining()).put(extra.duplicate());
        target.put(id.getBytes(StandardCharsets.ISO_8859_1)).put(name.getBytes(StandardCharsets.ISO_8859_1));
        target.put(new byte[start + encodedBytes() - target.position()]);
    }

    /**
     * The length in the table.
     *
     * @return bytes, a multiple of 8
     */
    public int encodedBytes() {
        return padded(MIN_BYTES + extra.remaining() + id.length() + name.length());
    }

    /**
     * The virtual size at the time.
     *
     * @return bytes, empty where the entry does not tell
     */
    public OptionalLong diskSize() {
        return extra.remaining() >= DISK_SIZE_IN_EXTRA + Long.BYTES ? OptionalLong.of(extra.getLong(DISK_SIZE_IN_EXTRA))
                : OptionalLong.empty();
    }

    /**
     * The size of the machine state.
     *
     * @return bytes, unsigned; the large field where the entry has it
     */
    public long vmStateSize() {
        return extra.remaining() >= Long.BYTES ? extra.getLong(0) : Integer.toUnsignedLong(vmStateBytes);
    }

    /**
     * How many instructions the machine had run.
     *
     * @return empty where the entry does not tell
     */
    public OptionalLong icount() {
        return extra.remaining() >= KNOWN_EXTRA_BYTES ? OptionalLong.of(extra.getLong(ICOUNT_IN_EXTRA))
                : OptionalLong.empty();
    }

    /**
     * The entry with all of the known extra data, as writers of today store it (QEMU's
     * {@code qcow2_write_snapshots}). Unknown extra data stays behind it.
     *
     * @param size the disk's virtual size, for an entry that does not tell it
     * @return an entry with at least 24 bytes of extra data
     */
    public SnapshotEntry completed(long size) {
        ByteBuffer full = ByteBuffer.allocate(Math.max(extra.remaining(), KNOWN_EXTRA_BYTES));
        full.put(0, extra, 0, extra.remaining());
        full.putLong(0, vmStateSize()).putLong(DISK_SIZE_IN_EXTRA, diskSize().orElse(size));
        full.putLong(ICOUNT_IN_EXTRA, icount().orElse(-1));
        long vmState = vmStateSize();
        int shortSize = Long.compareUnsigned(vmState, MAX_SHORT_VM_STATE) <= 0 ? (int) vmState : 0;
        return new SnapshotEntry(l1Offset, l1Entries, id, name, taken, shortSize, full);
    }

    /**
     * An entry for a snapshot without machine state.
     *
     * @param l1Offset where its L1 table begins
     * @param l1Entries its number of entries
     * @param id unique in the image, one character a byte
     * @param name one character a byte
     * @param taken when
     * @param diskSize the virtual size in bytes
     * @return with the known extra data
     */
    public static SnapshotEntry of(long l1Offset, int l1Entries, String id, String name, Taken taken,
            long diskSize) {
        ByteBuffer extra = ByteBuffer.allocate(KNOWN_EXTRA_BYTES).putLong(DISK_SIZE_IN_EXTRA, diskSize);
        return new SnapshotEntry(l1Offset, l1Entries, id, name, taken, 0, extra);
    }

    private static int padded(int bytes) {
        return bytes + 7 & ~7;
    }
}
