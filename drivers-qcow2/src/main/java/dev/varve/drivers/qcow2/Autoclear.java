// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2;

import dev.varve.drivers.qcow2.allocation.HeaderStore;
import dev.varve.drivers.qcow2.layout.Features;
import dev.varve.drivers.qcow2.layout.Header;
import dev.varve.drivers.qcow2.layout.HeaderArea;
import dev.varve.drivers.qcow2.layout.HeaderExtension;
import java.io.IOException;
import java.util.List;

/** What becomes of autoclear features when an image is opened for writing ("autoclear_features"). */
final class Autoclear {
    private Autoclear() {
    }

    /**
     * Clears the bits that are not kept up: each would be a lie after the first write. Where the bitmaps bit is not
     * set, somebody has written without keeping the bitmaps up, and their extension goes.
     */
    static void apply(HeaderStore headers) throws IOException {
        Header header = headers.header();
        Features features = header.features();
        List<HeaderExtension> others = header.extensions().stream()
                .filter(extension -> !(extension instanceof HeaderExtension.Bitmaps)).toList();
        boolean extension = others.size() < header.extensions().size();
        long kept = (extension ? Features.BITMAPS : 0)
                | (features.hasIncompatible(Features.DATA_FILE) ? Features.RAW_DATA_FILE : 0);
        Header changed = header.withFeatures(features.withAutoclear(features.autoclear() & kept));
        if (extension && (features.autoclear() & Features.BITMAPS) == 0) {
            headers.replace(HeaderArea.withExtensions(changed, others));
        } else if (features.autoclear() != changed.features().autoclear()) {
            headers.update(changed);
        }
    }
}
