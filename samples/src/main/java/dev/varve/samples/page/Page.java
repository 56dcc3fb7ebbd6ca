// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.page;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * A page of HTML, light or dark as its reader's system is.
 *
 * @param title of the window
 * @param style CSS after the common one
 * @param body what stands in {@code main}, as HTML
 * @param script JavaScript that runs at the end; may be empty
 */
public record Page(String title, String style, String body, String script) {
    /**
     * The whole document.
     *
     * @return HTML
     * @throws IOException if the common style sheet cannot be read
     */
    public String markup() throws IOException {
        String page = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                + "<meta name=\"color-scheme\" content=\"light dark\">\n<title>" + Markup.escape(title)
                + "</title>\n<style>\n" + resource(Page.class, "page.css") + style + "</style>\n</head>\n<body>\n"
                + "<main>\n" + body + "</main>\n";
        return page + (script.isEmpty() ? "" : "<script>\n" + script + "</script>\n") + "</body>\n</html>\n";
    }

    /**
     * A text file that lies beside a class.
     *
     * @param beside the class
     * @param name of the file
     * @return its content
     * @throws IOException if it is missing or cannot be read
     */
    public static String resource(Class<?> beside, String name) throws IOException {
        try (InputStream in = beside.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("the page's " + name + " is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
