// SPDX-License-Identifier: Apache-2.0
package dev.varve.laws;

import java.util.List;

/** Sizes in order, for the two figures that the design names as targets. */
record Spread(List<Long> sizes) {
    Spread {
        sizes = sizes.stream().sorted().toList();
    }

    /** The size that the given share of all does not exceed; 0 of nothing. */
    long quantile(double share) {
        if (sizes.isEmpty()) {
            return 0;
        }
        int rank = (int) Math.ceil(share * sizes.size());
        return sizes.get(Math.max(0, rank - 1));
    }

    /** The figures in one line. */
    String summary(String what) {
        return "%s: %d, median %d, p95 %d, longest %d"
                .formatted(what, sizes.size(), quantile(0.5), quantile(0.95), quantile(1));
    }
}
