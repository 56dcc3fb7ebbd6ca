// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.config;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.graph.SecretSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** What a {@code secret} object holds (QEMU's {@code qcrypto_secret_complete}). */
final class SecretData {
    private static final int KEY_BYTES = 32;
    private static final int BLOCK = 16;

    private SecretData() {
    }

    /** The secret's bytes: as they are given or in Base64, in an option or a file, in the clear or by a master key. */
    static byte[] of(Map<String, String> options, SecretSource others) throws BlockException {
        byte[] input = input(options);
        boolean encoded = switch (options.getOrDefault("format", "raw")) {
            case "raw" -> false;
            case "base64" -> true;
            default -> throw BlockException.invalidOption("option 'format' of a secret: value '"
                    + options.get("format") + "' does not fit, allowed are raw and base64");
        };
        byte[] bytes = encoded ? decode(input) : input;
        String keyId = options.get("keyid");
        if (keyId == null) {
            if (options.containsKey("iv")) {
                throw BlockException.invalidOption("option 'iv' of a secret needs 'keyid'");
            }
            return bytes;
        }
        byte[] key = others.find(keyId).orElseThrow(() -> BlockException.noSecret(keyId));
        try {
            return decrypt(bytes, key, options.get("iv"));
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    private static byte[] input(Map<String, String> options) throws BlockException {
        String data = options.get("data");
        String file = options.get("file");
        String variable = options.get("env");
        if ((data == null ? 0 : 1) + (file == null ? 0 : 1) + (variable == null ? 0 : 1) != 1) {
            throw BlockException.invalidOption("a secret takes one of the options 'data', 'file' and 'env'");
        }
        if (variable != null) {
            String value = System.getenv(variable);
            if (value == null) {
                throw new BlockException(ErrorKind.NOT_FOUND, "the secret's environment variable '" + variable
                        + "' is not set");
            }
            return value.getBytes(StandardCharsets.UTF_8);
        }
        if (data != null) {
            return data.getBytes(StandardCharsets.UTF_8);
        }
        try {
            return Files.readAllBytes(Path.of(String.valueOf(file)));
        } catch (IOException | InvalidPathException e) {
            throw new BlockException(ErrorKind.IO, "unable to read the secret's file '" + file + "': "
                    + reason(e), e);
        }
    }

    private static String reason(Exception e) {
        if (e instanceof NoSuchFileException missing) {
            return missing.getFile() + ": no such file or directory";
        }
        return e instanceof AccessDeniedException denied ? denied.getFile() + ": permission denied"
                : String.valueOf(e.getMessage());
    }

    /** Line ends are allowed, as files that tools write have them. */
    private static byte[] decode(byte[] text) throws BlockException {
        try {
            return Base64.getDecoder().decode(new String(text, StandardCharsets.ISO_8859_1).replaceAll("\\s", ""));
        } catch (IllegalArgumentException e) {
            throw new BlockException(ErrorKind.INVALID_OPTION, "the secret is not valid Base64", e);
        }
    }

    private static byte[] decrypt(byte[] bytes, byte[] key, @Nullable String iv)
            throws BlockException {
        if (iv == null) {
            throw BlockException.invalidOption("option 'iv' is needed to decrypt a secret");
        }
        byte[] vector = decode(iv.getBytes(StandardCharsets.UTF_8));
        if (vector.length != BLOCK) {
            throw BlockException.invalidOption("the secret's iv has " + vector.length + " bytes, allowed is " + BLOCK);
        }
        if (key.length != KEY_BYTES) {
            throw BlockException.invalidOption("the secret's key has " + key.length + " bytes, allowed is "
                    + KEY_BYTES);
        }
        try {
            Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
            cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(vector));
            return cipher.doFinal(bytes);
        } catch (GeneralSecurityException e) {
            throw new BlockException(ErrorKind.INVALID_OPTION, "the secret cannot be decrypted: " + e.getMessage(), e);
        }
    }
}
