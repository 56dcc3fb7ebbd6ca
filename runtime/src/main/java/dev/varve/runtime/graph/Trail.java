// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.graph;

import dev.varve.api.block.BlockException;
import java.util.HashSet;
import java.util.Set;

/**
 * The files that were opened on the way from a root down to a node: a file that comes a second time closes a loop.
 * Confined to one opening.
 */
final class Trail {
    private final Set<String> files;

    Trail() {
        this(new HashSet<>());
    }

    private Trail(Set<String> files) {
        this.files = files;
    }

    /** A trail that goes on from here beside this one. */
    Trail fork() {
        return new Trail(new HashSet<>(files));
    }

    void enter(String file, String shown) throws BlockException {
        if (!files.add(file)) {
            throw BlockException.corrupt("the chain of backing files is a loop: '" + shown
                    + "' is reached a second time");
        }
    }
}
