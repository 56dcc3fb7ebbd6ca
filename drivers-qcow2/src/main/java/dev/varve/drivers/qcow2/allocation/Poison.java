// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.allocation;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import org.jspecify.annotations.Nullable;

/**
 * Remembers that a metadata write failed: what the file holds and what memory holds may differ from then on, so the
 * node refuses writes until it is reopened. Reads go on.
 */
final class Poison {
    private volatile @Nullable Throwable cause;

    void check() throws BlockException {
        Throwable first = cause;
        if (first != null) {
            throw new BlockException(ErrorKind.POISONED, "an earlier metadata write failed (" + first.getMessage()
                    + "); the image must be reopened before it can be written", first);
        }
    }

    boolean isPoisoned() {
        return cause != null;
    }

    void set(Throwable failure) {
        if (cause == null) {
            cause = failure;
        }
    }
}
