// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.encryption;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.OpenPurpose;
import dev.varve.api.spi.BlockChild;
import dev.varve.api.spi.OpenContext;
import dev.varve.api.spi.Options;
import dev.varve.drivers.qcow2.crypto.CipherSpec;
import dev.varve.drivers.qcow2.crypto.LuksInfo;
import dev.varve.drivers.qcow2.crypto.LuksOptions;
import dev.varve.drivers.qcow2.crypto.LuksVolume;
import dev.varve.drivers.qcow2.crypto.Secrets;
import dev.varve.drivers.qcow2.crypto.SectorCipher;
import dev.varve.drivers.qcow2.layout.FieldChecks;
import dev.varve.drivers.qcow2.layout.Header;
import dev.varve.drivers.qcow2.layout.HeaderExtension.EncryptionHeader;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The encryption of an open image. */
public final class ImageEncryption {
    static final int METHOD_AES = 1;
    static final int METHOD_LUKS = 2;

    private final @Nullable ClusterCipher cipher;
    private final @Nullable LuksVolume volume;
    private final Secrets secrets;
    private final String openSecret;

    private ImageEncryption(@Nullable ClusterCipher cipher, @Nullable LuksVolume volume, Secrets secrets,
            String openSecret) {
        this.cipher = cipher;
        this.volume = volume;
        this.secrets = secrets;
        this.openSecret = openSecret;
    }

    /**
     * Unlocks an image with the secret that the options name; one that is opened for its metadata alone stays locked.
     *
     * @param header the image's
     * @param file its storage
     * @param context options and secrets
     * @return its encryption; without a cipher where it has none
     * @throws IOException if options and image contradict each other, the header is corrupt, or the secret is wrong
     */
    public static ImageEncryption open(Header header, BlockChild file, OpenContext context) throws IOException {
        Options options = context.options();
        Optional<EncryptionHeader> place = header.extensions().stream().filter(EncryptionHeader.class::isInstance)
                .map(EncryptionHeader.class::cast).findFirst();
        checkFormat(header, options);
        if (place.isPresent() != (header.cryptMethod() == METHOD_LUKS)) {
            throw BlockException.corrupt("crypt_method is " + header.cryptMethod() + (place.isPresent()
                    ? ", allowed with the header extension for full disk encryption is 2"
                    : ", allowed without the header extension for full disk encryption are 0 and 1"));
        }
        Secrets secrets = context::secret;
        String secret = options.has(EncryptionOptions.KEY_SECRET) ? options.text(EncryptionOptions.KEY_SECRET) : "";
        boolean locked = context.purpose() == OpenPurpose.METADATA;
        if (header.cryptMethod() != 0 && !locked) {
            EncryptionOptions.requireSecret(options);
        }
        return switch (header.cryptMethod()) {
            case 0 -> new ImageEncryption(null, null, secrets, secret);
            case METHOD_AES -> new ImageEncryption(locked ? ClusterCipher.LOCKED : aes(secrets.passphrase(secret)),
                    null, secrets, secret);
            default -> {
                LuksVolume volume = volume(header, file, place.orElseThrow());
                yield new ImageEncryption(locked ? ClusterCipher.LOCKED : luks(volume, secrets.passphrase(secret)),
                        volume, secrets, secret);
            }
        };
    }

    private static void checkFormat(Header header, Options options) throws BlockException {
        if (!options.has(EncryptionOptions.FORMAT)) {
            return;
        }
        String asked = options.text(EncryptionOptions.FORMAT);
        if (header.cryptMethod() == 0) {
            throw BlockException.invalidOption("No encryption in image header, but options specified format '" + asked
                    + "'");
        }
        if (!asked.equals(name(header))) {
            throw BlockException.invalidOption("Header reported '" + name(header)
                    + "' encryption format but options specify '" + asked + "'");
        }
    }

    private static String name(Header header) {
        return header.cryptMethod() == METHOD_AES ? EncryptionOptions.AES : EncryptionOptions.LUKS;
    }

    /** The first 16 bytes of the password are the key, zeroes behind a shorter one. */
    static ClusterCipher aes(byte[] password) throws BlockException {
        byte[] key = Arrays.copyOf(password, CipherSpec.QCOW_AES.keyBytes());
        SectorCipher cipher = new SectorCipher(CipherSpec.QCOW_AES, key);
        Arrays.fill(key, (byte) 0);
        return new ClusterCipher(cipher, false);
    }

    private static LuksVolume volume(Header header, BlockChild file, EncryptionHeader place) throws IOException {
        FieldChecks.range("length of the encryption header", place.bytes(), 0, file.size());
        FieldChecks.place("encryption header", place.offset(), place.bytes(), header.geometry(), file.size());
        return LuksVolume.open(new ExtensionStorage(file, place));
    }

    static ClusterCipher luks(LuksVolume volume, byte[] passphrase) throws IOException {
        byte[] key = volume.unlock(passphrase);
        SectorCipher cipher = volume.payloadCipher(key);
        Arrays.fill(key, (byte) 0);
        Arrays.fill(passphrase, (byte) 0);
        return new ClusterCipher(cipher, true);
    }

    /**
     * What encrypts the image's clusters.
     *
     * @return null where they are not encrypted
     */
    public @Nullable ClusterCipher cipher() {
        return cipher;
    }

    /**
     * The facts of the encryption, with the keys and in the order of {@code qemu-img info}
     * ({@code ImageInfoSpecificQCow2Encryption}).
     *
     * @return empty where the image is not encrypted
     */
    public Optional<Map<String, Object>> facts() {
        if (cipher == null) {
            return Optional.empty();
        }
        return Optional.of(volume == null ? Map.of("format", EncryptionOptions.AES)
                : LuksInfo.of(volume.header(), Optional.of(EncryptionOptions.LUKS)));
    }

    /**
     * Changes key slots.
     *
     * @param changes with the options of {@link EncryptionOptions#ofAmending}
     * @param force do what may lose the data
     * @throws IOException if it is refused, or the file failed
     */
    public void amend(Options changes, boolean force) throws IOException {
        if (cipher == null) {
            throw BlockException.invalidOption("Can't amend encryption options - encryption not present");
        }
        if (volume == null) {
            throw BlockException.unsupported("Only LUKS encryption options can be amended");
        }
        LuksOptions.change(changes, EncryptionOptions.PREFIX).apply(volume, secrets, openSecret, force);
    }
}
