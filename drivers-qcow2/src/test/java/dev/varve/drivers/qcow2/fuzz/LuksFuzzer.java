// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.fuzz;

import dev.varve.api.block.BlockException;
import dev.varve.drivers.qcow2.crypto.CipherAlgorithm;
import dev.varve.drivers.qcow2.crypto.CipherMode;
import dev.varve.drivers.qcow2.crypto.CipherSpec;
import dev.varve.drivers.qcow2.crypto.HashAlgorithm;
import dev.varve.drivers.qcow2.crypto.IvAlgorithm;
import dev.varve.drivers.qcow2.crypto.KeySlot;
import dev.varve.drivers.qcow2.crypto.LuksHeader;
import dev.varve.drivers.qcow2.crypto.LuksSettings;
import dev.varve.drivers.qcow2.crypto.LuksStorage;
import dev.varve.drivers.qcow2.crypto.LuksVolume;
import dev.varve.drivers.qcow2.testimage.AllocatedBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads a LUKS header that edits of a good one made: each three bytes are an offset and a value. First byte
 * {@value ImageScript#VERBATIM}: what follows is the header. Nothing but a {@link BlockException} may come out of it.
 */
public final class LuksFuzzer {
    private static final byte[] PASSPHRASE = "fuzzed".getBytes(StandardCharsets.US_ASCII);
    private static final int AREA = 2 << 20;
    private static final int EDIT = 3;
    private static final int MOST_EDITS = 40;
    /** Deriving a key takes as long as the header asks for; the rest of the work is the same. */
    private static final long MOST_ITERATIONS = 20_000;
    private static final byte[] GOOD = good();

    private LuksFuzzer() {
    }

    private record Area(byte[] bytes) implements LuksStorage {
        @Override
        public void read(long offset, ByteBuffer dst) throws IOException {
            if (offset < 0 || offset > bytes.length - dst.remaining()) {
                throw BlockException.corrupt("nothing lies at offset " + offset);
            }
            dst.put(bytes, (int) offset, dst.remaining());
        }

        @Override
        public void write(long offset, ByteBuffer src) throws IOException {
            if (offset < 0 || offset > bytes.length - src.remaining()) {
                throw BlockException.corrupt("nothing lies at offset " + offset);
            }
            src.get(bytes, (int) offset, src.remaining());
        }

        @Override
        public void flush() {
            // Memory is as stable as a test needs.
        }
    }

    private static byte[] good() {
        try {
            byte[] bytes = new byte[AREA];
            CipherSpec cipher = new CipherSpec(CipherAlgorithm.AES_256, CipherMode.XTS, IvAlgorithm.PLAIN64,
                    Optional.empty());
            LuksVolume.format(new Area(bytes), new LuksSettings(cipher, HashAlgorithm.SHA256, 1), PASSPHRASE);
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Called by the fuzzer.
     *
     * @param data a script
     * @throws ReflectiveOperationException where memory cannot be measured
     */
    public static void fuzzerTestOneInput(byte[] data) throws ReflectiveOperationException {
        byte[] area = GOOD.clone();
        if (data.length > 0 && (data[0] & 0xff) == ImageScript.VERBATIM) {
            System.arraycopy(data, 1, area, 0, Math.min(data.length - 1, LuksHeader.BYTES));
        } else {
            for (int i = 0; i + EDIT <= Math.min(data.length, MOST_EDITS * EDIT); i += EDIT) {
                int offset = (data[i] & 0xff) << 8 | data[i + 1] & 0xff;
                area[offset % LuksHeader.BYTES] = data[i + 2];
            }
        }
        AllocatedBytes allocated = new AllocatedBytes();
        unlock(area);
        if (allocated.soFar() > ImageFuzzer.MEMORY) {
            throw new AssertionError("the header took " + allocated.soFar() + " bytes");
        }
    }

    private static void unlock(byte[] area) {
        try {
            LuksVolume volume = LuksVolume.open(new Area(area));
            long iterations = volume.header().digestIterations()
                    + volume.header().slots().stream().mapToLong(KeySlot::iterations).sum();
            if (iterations <= MOST_ITERATIONS) {
                byte[] key = volume.unlock(PASSPHRASE);
                volume.payloadCipher(key).decrypt(0, ByteBuffer.allocate(512));
                Arrays.fill(key, (byte) 0);
            }
        } catch (BlockException e) {
            if (e.getMessage().isEmpty()) {
                throw new AssertionError("an exception without a message", e);
            }
        } catch (IOException e) {
            throw new AssertionError("not a BlockException", e);
        }
    }
}
