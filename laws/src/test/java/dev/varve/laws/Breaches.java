// SPDX-License-Identifier: Apache-2.0
package dev.varve.laws;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;

/** Collects what breaks a law, so that one run shows all of it. */
final class Breaches {
    private final String law;
    private final List<String> found = new ArrayList<>();

    Breaches(String law) {
        this.law = law;
    }

    void add(String where, String what) {
        found.add(where + ": " + what);
    }

    void assertNone() {
        if (!found.isEmpty()) {
            fail(law + "\n  " + String.join("\n  ", found));
        }
    }
}
