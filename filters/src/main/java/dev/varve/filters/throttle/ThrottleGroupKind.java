// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.throttle;

import dev.varve.api.block.BlockException;
import dev.varve.api.spi.ObjectKind;
import dev.varve.api.spi.OptionSchema;
import dev.varve.api.spi.SharedObject;
import java.util.Map;

/** Objects {@code throttle-group}. */
final class ThrottleGroupKind implements ObjectKind {
    static final String NAME = "throttle-group";
    static final ObjectKind INSTANCE = new ThrottleGroupKind();

    private ThrottleGroupKind() {
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public OptionSchema options() {
        return ThrottleLimits.OPTIONS;
    }

    @Override
    public SharedObject create(String id, Map<String, ?> options) throws BlockException {
        return new ThrottleGroup(id, ThrottleLimits.none().with(options), ThrottleClock.SYSTEM);
    }
}
