// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.crypto;

import dev.varve.api.block.BlockException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A change of key slots (QEMU's {@code qcrypto_block_amend_options_luks}).
 *
 * @param activate whether a slot is filled or slots are erased
 * @param newSecret the secret of the passphrase that a slot is filled with
 * @param oldSecret the secret of the passphrase whose slots are erased
 * @param slot the number of one slot
 * @param iterMillis how long deriving a key is to take
 */
public record KeySlotChange(boolean activate, Optional<String> newSecret, Optional<String> oldSecret,
        Optional<Long> slot, Optional<Long> iterMillis) {

    /**
     * Makes the change.
     *
     * @param volume whose slots
     * @param secrets where passphrases come from
     * @param openSecret the secret that the volume was opened with
     * @param force fill a slot that is in use, and erase the last one
     * @throws IOException if it is refused, or the storage failed
     */
    public void apply(LuksVolume volume, Secrets secrets, String openSecret, boolean force) throws IOException {
        if (activate) {
            fill(volume, secrets, openSecret, force);
        } else {
            erase(volume, secrets, force);
        }
    }

    private void fill(LuksVolume volume, Secrets secrets, String openSecret, boolean force) throws IOException {
        if (newSecret.isEmpty()) {
            throw BlockException.invalidOption("'new-secret' is required to activate a keyslot");
        }
        if (oldSecret.isPresent()) {
            throw BlockException.invalidOption("'old-secret' must not be given when activating keyslots");
        }
        int number = slot.isPresent() ? checkedSlot() : freeSlot(volume);
        if (isActive(volume, number) && !force) {
            throw BlockException.invalidOption("Refusing to overwrite active keyslot " + number
                    + " - please erase it first");
        }
        byte[] key = volume.unlock(secrets.passphrase(openSecret));
        volume.store(number, key, secrets.passphrase(newSecret.get()),
                iterMillis.orElse(LuksSettings.DEFAULT_ITER_MILLIS));
        Arrays.fill(key, (byte) 0);
    }

    private void erase(LuksVolume volume, Secrets secrets, boolean force) throws IOException {
        if (newSecret.isPresent()) {
            throw BlockException.invalidOption("'new-secret' must not be given when erasing keyslots");
        }
        if (iterMillis.isPresent()) {
            throw BlockException.invalidOption("'iter-time' must not be given when erasing keyslots");
        }
        if (slot.isEmpty() && oldSecret.isEmpty()) {
            throw BlockException.invalidOption("To erase keyslot(s), either explicit keyslot index or the password"
                    + " currently contained in them must be given");
        }
        if (slot.isPresent()) {
            eraseOne(volume, secrets, force);
        } else {
            eraseMatching(volume, secrets.passphrase(oldSecret.get()), force);
        }
    }

    private void eraseOne(LuksVolume volume, Secrets secrets, boolean force) throws IOException {
        int number = checkedSlot();
        if (oldSecret.isPresent() && volume.keyOf(number, secrets.passphrase(oldSecret.get())).isEmpty()) {
            throw BlockException.invalidOption("Given keyslot " + number
                    + " doesn't contain the given old password for erase operation");
        }
        if (!isActive(volume, number) && !force) {
            throw BlockException.invalidOption("Given keyslot " + number + " is already erased (inactive) ");
        }
        if (activeSlots(volume).size() == 1 && !force) {
            throw BlockException.invalidOption("Attempt to erase the only active keyslot " + number
                    + " which will erase all the data in the image irreversibly - refusing operation");
        }
        volume.erase(number);
    }

    private static void eraseMatching(LuksVolume volume, byte[] passphrase, boolean force) throws IOException {
        List<Integer> matching = new ArrayList<>();
        for (int number = 0; number < KeySlot.COUNT; number++) {
            if (volume.keyOf(number, passphrase).isPresent()) {
                matching.add(number);
            }
        }
        if (matching.isEmpty()) {
            throw BlockException.invalidOption("No keyslots match given (old) password for erase operation");
        }
        if (matching.size() == activeSlots(volume).size() && !force) {
            throw BlockException.invalidOption("All the active keyslots match the (old) password that was given and"
                    + " erasing them will erase all the data in the image irreversibly - refusing operation");
        }
        for (int number : matching) {
            volume.erase(number);
        }
    }

    private int checkedSlot() throws BlockException {
        long number = slot.orElseThrow();
        if (number < 0 || number >= KeySlot.COUNT) {
            throw BlockException.invalidOption("Invalid keyslot " + number + " specified, must be between 0 and "
                    + (KeySlot.COUNT - 1));
        }
        return (int) number;
    }

    private static int freeSlot(LuksVolume volume) throws BlockException {
        for (int number = 0; number < KeySlot.COUNT; number++) {
            if (!isActive(volume, number)) {
                return number;
            }
        }
        throw BlockException.invalidOption("Can't add a keyslot - all keyslots are in use");
    }

    private static boolean isActive(LuksVolume volume, int number) {
        return volume.header().slots().get(number).active();
    }

    private static List<KeySlot> activeSlots(LuksVolume volume) {
        return volume.header().slots().stream().filter(KeySlot::active).toList();
    }
}
