// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.crypto;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A LUKS1 volume's header in its storage: made, read, unlocked, and its key slots changed (QEMU's
 * {@code crypto/block-luks.c}). Not thread-safe.
 *
 * <p>Order of writes: key material before the slot that refers to it; a slot is marked inactive before its key material
 * is destroyed. So whenever the power fails every active slot can be unlocked.
 */
public final class LuksVolume {
    private static final int ERASE_PASSES = 40;
    /** QEMU's and cryptsetup's: the digest of the master key is made with an eighth of the iterations. */
    private static final int DIGEST_DIVISOR = 8;

    private final LuksStorage storage;
    private final SecureRandom random = new SecureRandom();
    private LuksHeader header;

    private LuksVolume(LuksStorage storage, LuksHeader header) {
        this.storage = storage;
        this.header = header;
    }

    /**
     * Reads a volume's header.
     *
     * @param storage where it lies
     * @return the volume, locked
     * @throws IOException if the header is corrupt, or cannot be read
     */
    public static LuksVolume open(LuksStorage storage) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(LuksHeader.BYTES);
        storage.read(0, head);
        return new LuksVolume(storage, LuksHeader.parse(head.clear()));
    }

    /**
     * Makes a volume with one active key slot. The area up to the payload is taken as zero where it is not written.
     *
     * @param storage where it is to lie
     * @param settings the algorithms
     * @param passphrase of key slot 0
     * @return the volume, locked
     * @throws IOException if an algorithm is not offered, or the storage failed
     */
    public static LuksVolume format(LuksStorage storage, LuksSettings settings, byte[] passphrase)
            throws IOException {
        CipherSpec cipher = settings.cipher();
        cipher.checkOffered();
        SecureRandom random = new SecureRandom();
        byte[] key = new byte[cipher.keyBytes()];
        random.nextBytes(key);
        byte[] salt = new byte[KeySlot.SALT_BYTES];
        random.nextBytes(salt);
        long iterations = IterationCount.forTime(settings.hash(), key, salt, LuksHeader.DIGEST_BYTES,
                settings.iterMillis(), DIGEST_DIVISOR);
        byte[] digest = new Pbkdf2(settings.hash(), key).derive(salt, iterations, LuksHeader.DIGEST_BYTES);
        List<KeySlot> slots = new ArrayList<>();
        for (int i = 0; i < KeySlot.COUNT; i++) {
            long offset = LuksHeader.ALIGNMENT + i * LuksHeader.slotDistance(cipher);
            slots.add(new KeySlot(false, 0, new byte[KeySlot.SALT_BYTES], offset / SectorCipher.SECTOR));
        }
        LuksHeader header = new LuksHeader(cipher, settings.hash(),
                LuksHeader.payloadOffset(cipher) / SectorCipher.SECTOR, digest, salt, iterations,
                UUID.randomUUID().toString(), slots);
        LuksVolume volume = new LuksVolume(storage, header);
        storage.write(0, header.encode());
        volume.store(0, key, passphrase, settings.iterMillis());
        Arrays.fill(key, (byte) 0);
        return volume;
    }

    /**
     * The header as it is stored.
     *
     * @return never null
     */
    public LuksHeader header() {
        return header;
    }

    /**
     * Finds the key slot that a passphrase opens.
     *
     * @param passphrase its bytes
     * @return the master key
     * @throws IOException of kind PERMISSION where no active slot is opened by it; UNSUPPORTED where an algorithm is
     *         not offered; any other if key material cannot be read
     */
    public byte[] unlock(byte[] passphrase) throws IOException {
        for (int slot = 0; slot < KeySlot.COUNT; slot++) {
            Optional<byte[]> key = keyOf(slot, passphrase);
            if (key.isPresent()) {
                return key.get();
            }
        }
        throw new BlockException(ErrorKind.PERMISSION, "Invalid password, cannot unlock any keyslot");
    }

    /** The master key, if the passphrase opens the slot. */
    Optional<byte[]> keyOf(int number, byte[] passphrase) throws IOException {
        KeySlot slot = header.slots().get(number);
        if (!slot.active()) {
            return Optional.empty();
        }
        header.cipher().checkOffered();
        int keyBytes = header.cipher().keyBytes();
        ByteBuffer area = ByteBuffer.allocate(header.materialBytes());
        storage.read(slot.materialSector() * SectorCipher.SECTOR, area);
        byte[] slotKey = new Pbkdf2(header.hash(), passphrase).derive(slot.salt(), slot.iterations(), keyBytes);
        new SectorCipher(header.cipher(), slotKey).decrypt(0, area.clear());
        byte[] material = Arrays.copyOf(area.array(), keyBytes * KeySlot.STRIPES);
        byte[] key = AntiForensic.merge(header.hash(), material, keyBytes);
        byte[] digest = new Pbkdf2(header.hash(), key).derive(header.digestSalt(), header.digestIterations(),
                LuksHeader.DIGEST_BYTES);
        return MessageDigest.isEqual(digest, header.digest()) ? Optional.of(key) : Optional.empty();
    }

    /**
     * The cipher of the payload.
     *
     * @param key the master key
     * @return a cipher; which number a sector has is for the format to say
     * @throws BlockException of kind UNSUPPORTED that names an algorithm which is not offered
     */
    public SectorCipher payloadCipher(byte[] key) throws BlockException {
        return new SectorCipher(header.cipher(), key);
    }

    /** Puts the master key into a slot under a passphrase. */
    void store(int number, byte[] key, byte[] passphrase, long millis) throws IOException {
        byte[] salt = new byte[KeySlot.SALT_BYTES];
        random.nextBytes(salt);
        HashAlgorithm hash = header.hash();
        long iterations = IterationCount.forTime(hash, passphrase, salt, key.length, millis, 1);
        byte[] slotKey = new Pbkdf2(hash, passphrase).derive(salt, iterations, key.length);
        byte[] material = AntiForensic.split(hash, key, KeySlot.STRIPES, random);
        ByteBuffer area = ByteBuffer.wrap(Arrays.copyOf(material, header.materialBytes()));
        new SectorCipher(header.cipher(), slotKey).encrypt(0, area, area.duplicate());
        KeySlot slot = header.slots().get(number);
        storage.write(slot.materialSector() * SectorCipher.SECTOR, area.clear());
        storage.flush();
        replace(number, slot.activated(iterations, salt));
        Arrays.fill(material, (byte) 0);
        Arrays.fill(slotKey, (byte) 0);
    }

    /** Makes a slot inactive and destroys its key material. */
    void erase(int number) throws IOException {
        KeySlot slot = header.slots().get(number);
        replace(number, slot.erased());
        byte[] garbage = new byte[header.materialBytes()];
        for (int pass = 0; pass < ERASE_PASSES; pass++) {
            random.nextBytes(garbage);
            storage.write(slot.materialSector() * SectorCipher.SECTOR, ByteBuffer.wrap(garbage));
        }
        storage.flush();
    }

    private void replace(int number, KeySlot slot) throws IOException {
        ByteBuffer fields = ByteBuffer.allocate(KeySlot.BYTES);
        slot.encode(fields);
        storage.write(LuksHeader.slotOffset(number), fields.flip());
        storage.flush();
        header = header.withSlot(number, slot);
    }
}
