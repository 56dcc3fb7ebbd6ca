// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw.http;

/** The protocol {@code https}. */
public final class HttpsDriver extends WebDriver {
    /** For {@link java.util.ServiceLoader}. */
    public HttpsDriver() {
        super("https");
    }
}
