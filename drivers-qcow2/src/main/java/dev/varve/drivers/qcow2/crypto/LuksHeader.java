// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.crypto;

import dev.varve.api.block.BlockException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The header of a LUKS1 volume ("LUKS On-Disk Format Specification", figure 1).
 *
 * @param cipher how sectors are encrypted
 * @param hash of PBKDF2 and of the anti-forensic splitter
 * @param payloadSector where the payload begins, in sectors
 * @param digest PBKDF2 of the master key; not to be changed
 * @param digestSalt its salt; not to be changed
 * @param digestIterations its iterations
 * @param uuid the volume's, as text
 * @param slots {@value KeySlot#COUNT} key slots
 */
public record LuksHeader(CipherSpec cipher, HashAlgorithm hash, long payloadSector, byte[] digest, byte[] digestSalt,
        long digestIterations, String uuid, List<KeySlot> slots) {
    /** The length of the header without the key material. */
    public static final int BYTES = 592;
    /** The boundary at which key material begins. */
    public static final int ALIGNMENT = 4096;

    static final int DIGEST_BYTES = 20;

    private static final byte[] MAGIC = {'L', 'U', 'K', 'S', (byte) 0xba, (byte) 0xbe};
    private static final int VERSION = 1;
    private static final int NAME_BYTES = 32;
    private static final int UUID_BYTES = 40;
    private static final int SLOTS_OFFSET = 208;
    private static final int HEADER_SECTORS = ALIGNMENT / SectorCipher.SECTOR;

    /** Copies the list. */
    public LuksHeader {
        slots = List.copyOf(slots);
    }

    /**
     * Tells whether bytes begin with the magic number and the version that can be read.
     *
     * @param head the first bytes
     * @return true for LUKS version 1
     */
    public static boolean isLuks1(ByteBuffer head) {
        return head.remaining() >= MAGIC.length + Short.BYTES
                && ByteBuffer.wrap(MAGIC).equals(head.slice(head.position(), MAGIC.length))
                && head.getShort(head.position() + MAGIC.length) == VERSION;
    }

    /**
     * Reads and checks a header.
     *
     * @param in {@value #BYTES} bytes from position 0
     * @return every field within its bounds
     * @throws BlockException of kind CORRUPT or UNSUPPORTED that names the field, its value and what is allowed
     */
    public static LuksHeader parse(ByteBuffer in) throws BlockException {
        byte[] magic = new byte[MAGIC.length];
        in.get(0, magic);
        if (!Arrays.equals(magic, MAGIC)) {
            throw BlockException.corrupt("Volume is not in LUKS format");
        }
        int version = Short.toUnsignedInt(in.getShort(6));
        if (version != VERSION) {
            throw BlockException.unsupported("LUKS version " + version + " is not supported, allowed is 1");
        }
        String cipherName = text(in, 8, NAME_BYTES, "cipher name");
        String cipherMode = text(in, 40, NAME_BYTES, "cipher mode");
        String hashSpec = text(in, 72, NAME_BYTES, "hash spec");
        byte[] digest = new byte[DIGEST_BYTES];
        in.get(112, digest);
        byte[] salt = new byte[KeySlot.SALT_BYTES];
        in.get(132, salt);
        List<KeySlot> slots = new ArrayList<>();
        ByteBuffer behind = in.duplicate().position(SLOTS_OFFSET);
        for (int i = 0; i < KeySlot.COUNT; i++) {
            slots.add(KeySlot.parse(i, behind));
        }
        CipherSpec spec = spec(cipherName, cipherMode, Integer.toUnsignedLong(in.getInt(108)));
        HashAlgorithm hash = HashAlgorithm.ofLuks(hashSpec).orElseThrow(() -> BlockException.unsupported(
                "Hash algorithm '" + hashSpec + "' not supported, allowed are "
                        + String.join(", ", HashAlgorithm.names())));
        LuksHeader header = new LuksHeader(spec, hash, Integer.toUnsignedLong(in.getInt(104)), digest, salt,
                Integer.toUnsignedLong(in.getInt(164)), uuid(in), slots);
        header.checkPlaces();
        return header;
    }

    private static String text(ByteBuffer in, int offset, int bytes, String what) throws BlockException {
        byte[] field = new byte[bytes];
        in.get(offset, field);
        int length = 0;
        while (length < bytes && field[length] != 0) {
            length++;
        }
        if (length == bytes) {
            throw BlockException.corrupt("LUKS header " + what + " is not NUL terminated");
        }
        return new String(field, 0, length, StandardCharsets.ISO_8859_1);
    }

    private static String uuid(ByteBuffer in) {
        byte[] field = new byte[UUID_BYTES];
        in.get(168, field);
        String text = new String(field, StandardCharsets.ISO_8859_1);
        int end = text.indexOf('\0');
        return end < 0 ? text : text.substring(0, end);
    }

    private static CipherSpec spec(String cipherName, String cipherMode, long keyBytes) throws BlockException {
        int dash = cipherMode.indexOf('-');
        if (dash < 0) {
            throw BlockException.corrupt("Unexpected cipher mode string format '" + cipherMode
                    + "', allowed is MODE-IVGEN or MODE-IVGEN:HASH");
        }
        CipherMode mode = CipherMode.ofLuks(cipherMode.substring(0, dash)).orElseThrow(
                () -> BlockException.unsupported("Cipher mode in '" + cipherMode + "' not supported, allowed are "
                        + String.join(", ", CipherMode.names())));
        String[] ivText = cipherMode.substring(dash + 1).split(":", 2);
        IvAlgorithm iv = IvAlgorithm.ofLuks(ivText[0]).orElseThrow(() -> BlockException.unsupported(
                "IV generator in '" + cipherMode + "' not supported, allowed are "
                        + String.join(", ", IvAlgorithm.names())));
        Optional<HashAlgorithm> ivHash = Optional.empty();
        if (ivText.length == 2) {
            ivHash = HashAlgorithm.ofLuks(ivText[1]);
            if (ivHash.isEmpty()) {
                throw BlockException.unsupported("IV generator hash in '" + cipherMode
                        + "' not supported, allowed are " + String.join(", ", HashAlgorithm.names()));
            }
        }
        int keys = mode == CipherMode.XTS ? 2 : 1;
        CipherAlgorithm algorithm = (keyBytes > 1024 || keyBytes % keys != 0 ? Optional.<CipherAlgorithm>empty()
                : CipherAlgorithm.ofLuks(cipherName, (int) keyBytes / keys)).orElseThrow(
                        () -> BlockException.unsupported("Algorithm '" + cipherName + "' with key size " + keyBytes
                                + " bytes not supported"));
        CipherSpec spec = new CipherSpec(algorithm, mode, iv, ivHash);
        if (iv == IvAlgorithm.ESSIV) {
            spec.essivHash();
        }
        return spec;
    }

    private void checkPlaces() throws BlockException {
        if (digestIterations == 0) {
            throw BlockException.corrupt("LUKS key iteration count is zero");
        }
        if (digestIterations > IterationCount.MAX) {
            throw BlockException.unsupported("LUKS key iteration count is " + digestIterations
                    + ", allowed is at most " + IterationCount.MAX);
        }
        if (payloadSector < HEADER_SECTORS) {
            throw BlockException.corrupt("LUKS payload is overlapping with the header: it begins at sector "
                    + payloadSector + ", allowed is at least " + HEADER_SECTORS);
        }
        long length = materialSectors();
        for (int i = 0; i < slots.size(); i++) {
            long begin = slots.get(i).materialSector();
            if (begin < HEADER_SECTORS) {
                throw BlockException.corrupt("Keyslot " + i + " is overlapping with the LUKS header: it begins at "
                        + "sector " + begin + ", allowed is at least " + HEADER_SECTORS);
            }
            if (begin + length > payloadSector) {
                throw BlockException.corrupt("Keyslot " + i + " is overlapping with the encrypted payload: it ends at "
                        + "sector " + (begin + length) + ", allowed is at most " + payloadSector);
            }
            for (int j = i + 1; j < slots.size(); j++) {
                long other = slots.get(j).materialSector();
                if (begin < other + length && other < begin + length) {
                    throw BlockException.corrupt("Keyslots " + i + " and " + j + " are overlapping in the header");
                }
            }
        }
    }

    /** The length of a slot's key material, in whole sectors. */
    int materialBytes() {
        return materialBytes(cipher);
    }

    private static int materialBytes(CipherSpec cipher) {
        int bytes = cipher.keyBytes() * KeySlot.STRIPES;
        return bytes + SectorCipher.SECTOR - 1 & -SectorCipher.SECTOR;
    }

    private long materialSectors() {
        return materialBytes() / SectorCipher.SECTOR;
    }

    /**
     * Where the payload begins.
     *
     * @return bytes from the header's first byte
     */
    public long payloadOffset() {
        return payloadSector * SectorCipher.SECTOR;
    }

    /**
     * The payload offset of a new volume.
     *
     * @param cipher how sectors are encrypted
     * @return bytes, a multiple of {@value #ALIGNMENT}
     */
    public static long payloadOffset(CipherSpec cipher) {
        return ALIGNMENT + KeySlot.COUNT * slotDistance(cipher);
    }

    /** The bytes from one slot's key material to the next one's in a new volume. */
    static long slotDistance(CipherSpec cipher) {
        return (long) materialBytes(cipher) + ALIGNMENT - 1 & -ALIGNMENT;
    }

    /** Where a slot's fields are. */
    static long slotOffset(int slot) {
        return SLOTS_OFFSET + (long) slot * KeySlot.BYTES;
    }

    LuksHeader withSlot(int number, KeySlot slot) {
        List<KeySlot> changed = new ArrayList<>(slots);
        changed.set(number, slot);
        return new LuksHeader(cipher, hash, payloadSector, digest, digestSalt, digestIterations, uuid, changed);
    }

    /**
     * The header as it is stored.
     *
     * @return {@value #BYTES} bytes from position 0
     */
    public ByteBuffer encode() {
        ByteBuffer out = ByteBuffer.allocate(BYTES);
        out.put(0, MAGIC).putShort(6, (short) VERSION);
        put(out, 8, cipher.algorithm().luksName());
        put(out, 40, cipher.luksMode());
        put(out, 72, hash.text());
        out.putInt(104, (int) payloadSector).putInt(108, cipher.keyBytes()).put(112, digest).put(132, digestSalt);
        out.putInt(164, (int) digestIterations);
        put(out, 168, uuid);
        out.position(SLOTS_OFFSET);
        slots.forEach(slot -> slot.encode(out));
        return out.flip();
    }

    private static void put(ByteBuffer out, int offset, String text) {
        out.put(offset, text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
