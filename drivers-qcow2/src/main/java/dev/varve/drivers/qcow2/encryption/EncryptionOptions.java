// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.encryption;

import dev.varve.api.block.BlockException;
import dev.varve.api.spi.OptionSpec;
import dev.varve.api.spi.OptionType;
import dev.varve.api.spi.Options;
import dev.varve.drivers.qcow2.crypto.LuksHeader;
import dev.varve.drivers.qcow2.crypto.LuksOptions;
import dev.varve.drivers.qcow2.crypto.Secrets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The options that concern encryption, by QEMU's names. */
public final class EncryptionOptions {
    static final String PREFIX = "encrypt.";
    static final String FORMAT = PREFIX + "format";
    static final String KEY_SECRET = PREFIX + LuksOptions.KEY_SECRET;
    static final String AES = "aes";
    static final String LUKS = "luks";

    private static final String LEGACY = "encryption";

    private EncryptionOptions() {
    }

    /**
     * Of an open node.
     *
     * @return the declarations
     */
    public static List<OptionSpec> ofOpening() {
        return List.of(
                OptionSpec.optional(FORMAT, OptionType.TEXT,
                        "the encryption that the image is to have, aes or luks; left out, whichever it has"),
                OptionSpec.optional(KEY_SECRET, OptionType.TEXT, "the ID of the secret with the password"));
    }

    /**
     * Of creating an image.
     *
     * @return the declarations, in the order of their names
     */
    public static List<OptionSpec> ofCreating() {
        List<OptionSpec> specs = new ArrayList<>(LuksOptions.ofCreating(PREFIX));
        specs.add(OptionSpec.optional(FORMAT, OptionType.TEXT, "Encrypt the image, format choices: 'aes', 'luks'"));
        specs.add(OptionSpec.optional(KEY_SECRET, OptionType.TEXT,
                "ID of secret providing qcow AES key or LUKS passphrase"));
        specs.add(OptionSpec.optional(LEGACY, OptionType.FLAG,
                "Encrypt the image with format 'aes'. (Deprecated in favor of encrypt.format=aes)"));
        return specs;
    }

    /**
     * Of amending an image.
     *
     * @return the declarations, in the order of their names
     */
    public static List<OptionSpec> ofAmending() {
        return LuksOptions.ofAmending(PREFIX);
    }

    /**
     * Tells whether an amendment concerns encryption.
     *
     * @param changes with the options of {@link #ofAmending}
     * @return true where one of them is given
     */
    public static boolean isAmending(Options changes) {
        return LuksOptions.isAmending(changes, PREFIX);
    }

    /**
     * The encryption that a new image is to have.
     *
     * @param options with those of {@link #ofCreating}
     * @param secrets where the password comes from
     * @return empty for none
     * @throws BlockException of kind INVALID_OPTION, UNSUPPORTED or NOT_FOUND that names what is wrong
     */
    public static Optional<NewEncryption> wanted(Options options, Secrets secrets) throws BlockException {
        Optional<String> format = format(options);
        if (format.isEmpty()) {
            for (OptionSpec spec : ofCreating()) {
                if (!spec.name().equals(LEGACY) && options.has(spec.name())) {
                    throw BlockException.invalidOption("Parameter 'encrypt.format' is missing");
                }
            }
            return Optional.empty();
        }
        if (!format.get().equals(AES) && !format.get().equals(LUKS)) {
            throw BlockException.invalidOption("Parameter 'format' does not accept value '" + format.get() + "'");
        }
        boolean luks = format.get().equals(LUKS);
        if (!luks) {
            for (OptionSpec spec : LuksOptions.ofCreating(PREFIX)) {
                if (options.has(spec.name())) {
                    throw BlockException.invalidOption("Parameter '" + spec.name() + "' is unexpected");
                }
            }
        }
        requireSecret(options);
        byte[] password = secrets.passphrase(options.text(KEY_SECRET));
        return Optional.of(new NewEncryption(
                luks ? Optional.of(LuksOptions.settings(options, PREFIX)) : Optional.empty(), password));
    }

    /**
     * What the LUKS header of an image would take, for measuring.
     *
     * @param options with those of {@link #ofCreating}
     * @return bytes; 0 where there would be none
     * @throws BlockException as {@link #wanted}, but no secret is asked for its bytes
     */
    public static long headerBytes(Options options) throws BlockException {
        return wanted(options, id -> new byte[0]).map(NewEncryption::headerBytes).orElse(0L);
    }

    private static Optional<String> format(Options options) throws BlockException {
        if (options.has(LEGACY) && options.has(FORMAT)) {
            throw BlockException.invalidOption("'encrypt.format' and its alias 'encryption' can't be used at the same "
                    + "time");
        }
        if (options.has(LEGACY) && options.flag(LEGACY)) {
            return Optional.of(AES);
        }
        return options.optionalText(FORMAT);
    }

    static void requireSecret(Options options) throws BlockException {
        if (!options.has(KEY_SECRET)) {
            throw BlockException.invalidOption("Parameter 'encrypt.key-secret' is required for cipher");
        }
    }
}
