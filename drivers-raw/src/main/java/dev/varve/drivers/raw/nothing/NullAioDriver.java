// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw.nothing;

/** The protocol {@code null-aio}, here the same as {@code null-co}. */
public final class NullAioDriver extends NullDriver {
    /** For {@link java.util.ServiceLoader}. */
    public NullAioDriver() {
        super("null-aio");
    }
}
