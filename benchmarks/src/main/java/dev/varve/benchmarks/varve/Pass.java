// SPDX-License-Identifier: Apache-2.0
package dev.varve.benchmarks.varve;

import java.io.IOException;

/** One run of a workload. */
interface Pass {
    /**
     * Runs once.
     *
     * @return nanoseconds of what is measured; what comes before and after is not
     * @throws IOException if a request fails
     */
    long run() throws IOException;
}
