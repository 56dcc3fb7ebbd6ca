// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.allocation;

/** Is told how far a part of the work is. */
@FunctionalInterface
public interface WorkDone {
    /**
     * Called now and then.
     *
     * @param steps how many are done, at most {@code all}
     * @param all the steps of this part, at least 1
     */
    void reached(long steps, long all);
}
