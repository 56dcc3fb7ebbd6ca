// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.spi;

import java.util.Optional;

/** What a driver is given to tell how large an image would be. Confined to the call of {@link BlockDriver#measure}. */
public interface MeasureContext {
    /**
     * The virtual size of the new image.
     *
     * @return bytes
     */
    long size();

    /**
     * The options, checked against {@link BlockDriver#createOptions()}.
     *
     * @return never null
     */
    Options options();

    /**
     * The disk that would be copied; {@link BlockChild#extent} tells what it holds.
     *
     * @return empty for an image without content
     */
    Optional<BlockChild> source();
}
