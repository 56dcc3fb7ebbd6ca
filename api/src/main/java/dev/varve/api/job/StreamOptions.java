// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.job;

import dev.varve.api.block.NodeName;
import java.util.Optional;

/**
 * How a chain is streamed into its top.
 *
 * @param base the layer that stays below the top; empty to copy all and leave nothing below
 * @param backingFile the name of the base that is written into the top's image, as it is to stand there; empty to take
 *        the name by which the layer above the base has it (QEMU's {@code backing-file})
 * @param speed how many bytes a second are copied at most, 0 for no limit
 * @param requestBytes how much is copied at once, 512 to 64 MiB; rounded up to whole clusters of the top
 * @param inFlight how many such requests run at once, 1 to 64; each takes a buffer
 */
public record StreamOptions(Optional<NodeName> base, Optional<String> backingFile, long speed, int requestBytes,
        int inFlight) {
    /** Copies all, without a limit, 1 MiB at once and four times at once. */
    public static final StreamOptions DEFAULT = new StreamOptions(Optional.empty(), Optional.empty(), 0, 1 << 20, 4);

    private static final int MIN_REQUEST = 512;
    private static final int MAX_REQUEST = 64 << 20;
    private static final int MAX_IN_FLIGHT = 64;

    /** Checks the numbers. */
    public StreamOptions {
        check("speed", speed, 0, Long.MAX_VALUE);
        check("requestBytes", requestBytes, MIN_REQUEST, MAX_REQUEST);
        check("inFlight", inFlight, 1, MAX_IN_FLIGHT);
        if (backingFile.isPresent() && backingFile.get().isEmpty()) {
            throw new IllegalArgumentException("backingFile is empty");
        }
        if (backingFile.isPresent() && base.isEmpty()) {
            throw new IllegalArgumentException("backingFile names a base, and there is none");
        }
    }

    private static void check(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + " is " + value + ", allowed is " + min + " to " + max);
        }
    }

    /**
     * These options with a base.
     *
     * @param layer a node of the chain below the top
     * @return new options
     */
    public StreamOptions withBase(NodeName layer) {
        return new StreamOptions(Optional.of(layer), backingFile, speed, requestBytes, inFlight);
    }

    /**
     * These options with a name for the base.
     *
     * @param name as it is to stand in the top's image
     * @return new options
     */
    public StreamOptions withBackingFile(String name) {
        return new StreamOptions(base, Optional.of(name), speed, requestBytes, inFlight);
    }

    /**
     * These options with a limit.
     *
     * @param bytesPerSecond 0 for none
     * @return new options
     */
    public StreamOptions withSpeed(long bytesPerSecond) {
        return new StreamOptions(base, backingFile, bytesPerSecond, requestBytes, inFlight);
    }

    /**
     * These options with other requests.
     *
     * @param bytes how much is copied at once
     * @param atOnce how many requests run at once
     * @return new options
     */
    public StreamOptions withRequests(int bytes, int atOnce) {
        return new StreamOptions(base, backingFile, speed, bytes, atOnce);
    }
}
