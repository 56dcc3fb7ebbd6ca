// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A graph file of samples/graphs with a place for a file name. */
final class GraphTemplate {
    private static final String FOLDER = "/dev/varve/samples/graphs/";
    private static final String PLACE = "${top}";

    private GraphTemplate() {}

    /** The template with the file name in its place. */
    static String of(String name, Path top) throws IOException {
        try (InputStream in = GraphTemplate.class.getResourceAsStream(FOLDER + name)) {
            if (in == null) {
                throw new IOException("the graph template " + name + " is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace(PLACE, quoted(top.toString()));
        }
    }

    // What JSON wants escaped in a string (RFC 8259, section 7).
    private static String quoted(String text) {
        StringBuilder json = new StringBuilder();
        for (char c : text.toCharArray()) {
            if (c < ' ') {
                json.append("\\u%04x".formatted((int) c));
            } else {
                json.append(c == '"' || c == '\\' ? "\\" : "").append(c);
            }
        }
        return json.toString();
    }
}
