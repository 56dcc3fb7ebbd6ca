// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw.http;

import dev.varve.api.block.BlockException;
import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.BlockNode;
import dev.varve.api.spi.NodeKind;
import dev.varve.api.spi.OpenContext;
import dev.varve.api.spi.OptionSchema;
import dev.varve.api.spi.OptionSpec;
import dev.varve.api.spi.OptionType;
import dev.varve.api.spi.Options;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A file on a web server, with the options of QEMU's {@code block/curl.c}. */
abstract sealed class WebDriver implements BlockDriver permits HttpDriver, HttpsDriver {
    private static final String URL = "url";
    private static final String READAHEAD = "readahead";
    private static final String SSLVERIFY = "sslverify";
    private static final String TIMEOUT = "timeout";
    private static final String COOKIE = "cookie";
    private static final String COOKIE_SECRET = "cookie-secret";
    private static final String USERNAME = "username";
    private static final String PASSWORD_SECRET = "password-secret";
    private static final int LONGEST_TIMEOUT = 10_000;
    private static final int FARTHEST = 64 << 20;

    private final String name;
    private final OptionSchema options;

    WebDriver(String name) {
        this.name = name;
        this.options = OptionSchema.of("driver '" + name + "'",
                OptionSpec.required(URL, OptionType.TEXT, "where the file is, with its scheme"),
                OptionSpec.withDefault(READAHEAD, new OptionType.Number(0, FARTHEST, true), "256k",
                        "how much is read beyond what a sequential stream asks for"),
                OptionSpec.withDefault(SSLVERIFY, OptionType.FLAG, "on",
                        "whether the server of an https address has to prove who it is"),
                OptionSpec.withDefault(TIMEOUT, new OptionType.Number(1, LONGEST_TIMEOUT, false), "5",
                        "how many seconds the server may take for a request"),
                OptionSpec.optional(COOKIE, OptionType.TEXT, "cookies to send, name=value with '; ' between them"),
                OptionSpec.optional(COOKIE_SECRET, OptionType.TEXT, "id of the secret that holds the cookies"),
                OptionSpec.optional(USERNAME, OptionType.TEXT, "the user who asks, for basic authentication"),
                OptionSpec.optional(PASSWORD_SECRET, OptionType.TEXT, "id of the secret that holds his password"));
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final NodeKind kind() {
        return NodeKind.PROTOCOL;
    }

    @Override
    public final OptionSchema options() {
        return options;
    }

    @Override
    public final BlockNode open(OpenContext context) throws IOException {
        Options given = context.options();
        URI url = url(given.text(URL));
        WebFile file = new WebFile(url, headers(context), Duration.ofSeconds(given.number(TIMEOUT)),
                given.flag(SSLVERIFY));
        try {
            return new WebNode(file, (int) given.number(READAHEAD));
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private URI url(String text) throws BlockException {
        try {
            URI url = new URI(text);
            if (!name.equalsIgnoreCase(url.getScheme()) || url.getHost() == null) {
                throw BlockException.invalidOption("option 'url': '" + text + "' is no address of the form " + name
                        + "://HOST/PATH");
            }
            return url;
        } catch (URISyntaxException e) {
            throw BlockException.invalidOption("option 'url': '" + text + "' is no address: " + e.getReason());
        }
    }

    private static Map<String, String> headers(OpenContext context) throws BlockException {
        Options given = context.options();
        if (given.has(COOKIE) && given.has(COOKIE_SECRET)) {
            throw BlockException.invalidOption("options 'cookie' and 'cookie-secret' cannot be used together");
        }
        Map<String, String> headers = new LinkedHashMap<>();
        Optional<String> cookies = given.has(COOKIE_SECRET) ? Optional.of(secret(context, COOKIE_SECRET))
                : given.optionalText(COOKIE);
        cookies.ifPresent(text -> headers.put("Cookie", text));
        if (given.has(USERNAME) || given.has(PASSWORD_SECRET)) {
            String user = given.optionalText(USERNAME).orElse("") + ":"
                    + (given.has(PASSWORD_SECRET) ? secret(context, PASSWORD_SECRET) : "");
            headers.put("Authorization", "Basic "
                    + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)));
        }
        for (Map.Entry<String, String> header : headers.entrySet()) {
            if (header.getValue().chars().anyMatch(c -> c < ' ' && c != '\t')) {
                throw BlockException.invalidOption("the header " + header.getKey() + " has a control character");
            }
        }
        return headers;
    }

    private static String secret(OpenContext context, String option) throws BlockException {
        return new String(context.secret(context.options().text(option)), StandardCharsets.UTF_8);
    }
}
