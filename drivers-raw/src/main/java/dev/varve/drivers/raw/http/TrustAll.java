// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw.http;

import java.net.Socket;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/** Believes every server: what {@code sslverify=off} asks for. */
final class TrustAll extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {
        // Believed.
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
        // Believed.
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
        // Believed.
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
        // Believed.
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {
        // Believed.
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {
        // Believed.
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
