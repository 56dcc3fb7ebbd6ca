// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw.http;

/** The protocol {@code http}. */
public final class HttpDriver extends WebDriver {
    /** For {@link java.util.ServiceLoader}. */
    public HttpDriver() {
        super("http");
    }
}
