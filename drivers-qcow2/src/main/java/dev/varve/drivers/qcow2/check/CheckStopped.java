// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.check;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Ends a check early: a part that everything after it depends on cannot be examined. The message is a finding. */
final class CheckStopped extends Exception {
    private static final long serialVersionUID = 1L;

    CheckStopped(String finding) {
        this(finding, null);
    }

    CheckStopped(String finding, @Nullable IOException failure) {
        super(finding, failure, false, false);
    }

    String finding() {
        return String.valueOf(getMessage());
    }
}
