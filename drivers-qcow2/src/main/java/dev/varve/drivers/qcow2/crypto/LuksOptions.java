// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.crypto;

import dev.varve.api.block.BlockException;
import dev.varve.api.spi.OptionSpec;
import dev.varve.api.spi.OptionType;
import dev.varve.api.spi.Options;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The options of making a LUKS volume and of changing its key slots, by names with a prefix of the format's own (QEMU's
 * {@code QCryptoBlockCreateOptionsLUKS} and {@code QCryptoBlockAmendOptionsLUKS}).
 */
public final class LuksOptions {
    /** The secret of the passphrase. */
    public static final String KEY_SECRET = "key-secret";

    private static final String CIPHER_ALG = "cipher-alg";
    private static final String CIPHER_MODE = "cipher-mode";
    private static final String IVGEN_ALG = "ivgen-alg";
    private static final String IVGEN_HASH_ALG = "ivgen-hash-alg";
    private static final String HASH_ALG = "hash-alg";
    private static final String ITER_TIME = "iter-time";
    private static final String STATE = "state";
    private static final String KEYSLOT = "keyslot";
    private static final String NEW_SECRET = "new-secret";
    private static final String OLD_SECRET = "old-secret";

    private LuksOptions() {
    }

    /**
     * The options of making a volume, without the secret.
     *
     * @param prefix before each name
     * @return in the order of their names
     */
    public static List<OptionSpec> ofCreating(String prefix) {
        List<OptionSpec> specs = new ArrayList<>();
        specs.add(text(prefix, CIPHER_ALG, "Name of encryption cipher algorithm"));
        specs.add(text(prefix, CIPHER_MODE, "Name of encryption cipher mode"));
        specs.add(text(prefix, HASH_ALG, "Name of encryption hash algorithm"));
        specs.add(iterTime(prefix));
        specs.add(text(prefix, IVGEN_ALG, "Name of IV generator algorithm"));
        specs.add(text(prefix, IVGEN_HASH_ALG, "Name of IV generator hash algorithm"));
        return specs;
    }

    /**
     * The options of changing key slots.
     *
     * @param prefix before each name
     * @return in the order of their names
     */
    public static List<OptionSpec> ofAmending(String prefix) {
        return List.of(iterTime(prefix),
                OptionSpec.optional(prefix + KEYSLOT, OptionType.COUNT,
                        "Select a single keyslot to modify explicitly"),
                text(prefix, NEW_SECRET, "New secret to set in the matching keyslots. Empty string to erase"),
                text(prefix, OLD_SECRET, "Select all keyslots that match this password"),
                text(prefix, STATE, "Select new state of affected keyslots (active/inactive)"));
    }

    private static OptionSpec text(String prefix, String name, String doc) {
        return OptionSpec.optional(prefix + name, OptionType.TEXT, doc);
    }

    private static OptionSpec iterTime(String prefix) {
        return OptionSpec.optional(prefix + ITER_TIME, OptionType.COUNT, "Time to spend in PBKDF in milliseconds");
    }

    /**
     * How a new volume is to be made.
     *
     * @param options with those of {@link #ofCreating}
     * @param prefix before each name
     * @return the settings, QEMU's defaults where nothing is given
     * @throws BlockException of kind INVALID_OPTION or UNSUPPORTED that names the value
     */
    public static LuksSettings settings(Options options, String prefix) throws BlockException {
        CipherAlgorithm algorithm = CipherAlgorithm.of(or(options, prefix + CIPHER_ALG, "aes-256"));
        CipherMode mode = CipherMode.of(or(options, prefix + CIPHER_MODE, "xts"));
        IvAlgorithm iv = IvAlgorithm.of(or(options, prefix + IVGEN_ALG, "plain64"));
        Optional<HashAlgorithm> ivHash = Optional.empty();
        if (options.has(prefix + IVGEN_HASH_ALG)) {
            ivHash = Optional.of(HashAlgorithm.of(options.text(prefix + IVGEN_HASH_ALG), IVGEN_HASH_ALG));
        } else if (iv == IvAlgorithm.ESSIV) {
            ivHash = Optional.of(HashAlgorithm.SHA256);
        }
        HashAlgorithm hash = HashAlgorithm.of(or(options, prefix + HASH_ALG, "sha256"), HASH_ALG);
        CipherSpec cipher = new CipherSpec(algorithm, mode, iv, ivHash);
        cipher.checkOffered();
        hash.digest();
        return new LuksSettings(cipher, hash, options.has(prefix + ITER_TIME) ? options.number(prefix + ITER_TIME)
                : LuksSettings.DEFAULT_ITER_MILLIS);
    }

    private static String or(Options options, String name, String otherwise) {
        return options.has(name) ? options.text(name) : otherwise;
    }

    /**
     * Tells whether key slots are to be changed.
     *
     * @param options with those of {@link #ofAmending}
     * @param prefix before each name
     * @return true where one of them is given
     */
    public static boolean isAmending(Options options, String prefix) {
        return ofAmending(prefix).stream().anyMatch(spec -> options.has(spec.name()));
    }

    /**
     * How key slots are to be changed.
     *
     * @param options with those of {@link #ofAmending}
     * @param prefix before each name
     * @return the change
     * @throws BlockException of kind INVALID_OPTION where {@code state} is missing or unknown
     */
    public static KeySlotChange change(Options options, String prefix) throws BlockException {
        if (!options.has(prefix + STATE)) {
            throw BlockException.invalidOption("Parameter 'state' is missing");
        }
        String state = options.text(prefix + STATE);
        if (!state.equals("active") && !state.equals("inactive")) {
            throw BlockException.invalidOption("Parameter 'state' does not accept value '" + state
                    + "'");
        }
        return new KeySlotChange(state.equals("active"), options.optionalText(prefix + NEW_SECRET),
                options.optionalText(prefix + OLD_SECRET), number(options, prefix + KEYSLOT),
                number(options, prefix + ITER_TIME));
    }

    private static Optional<Long> number(Options options, String name) {
        return options.has(name) ? Optional.of(options.number(name)) : Optional.empty();
    }
}
