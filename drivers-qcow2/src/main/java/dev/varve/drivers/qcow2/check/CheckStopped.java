// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.check;

/** Ends a check early: a part that everything after it depends on cannot be examined. The message is a finding. */
final class CheckStopped extends Exception {
    private static final long serialVersionUID = 1L;

    CheckStopped(String finding) {
        super(finding, null, false, false);
    }

    String finding() {
        return String.valueOf(getMessage());
    }
}
