// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.io;

import java.io.IOException;

/** A request of {@code io} whose arguments have been read. Runs on any thread. */
@FunctionalInterface
interface IoRequest {
    /**
     * Makes the request.
     *
     * @return what it came to
     * @throws IOException if the disk failed
     */
    Outcome run() throws IOException;

    /**
     * What a request came to.
     *
     * @param text what is printed: lines, each ended
     * @param verified false where what was read is not what was expected
     */
    record Outcome(String text, boolean verified) {}
}
