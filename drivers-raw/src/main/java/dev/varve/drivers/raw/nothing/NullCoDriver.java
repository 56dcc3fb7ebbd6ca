// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw.nothing;

/** The protocol {@code null-co}. */
public final class NullCoDriver extends NullDriver {
    /** For {@link java.util.ServiceLoader}. */
    public NullCoDriver() {
        super("null-co");
    }
}
