// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.testing;

import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.BlockNode;
import dev.varve.api.spi.NodeKind;
import dev.varve.api.spi.OpenContext;
import dev.varve.api.spi.OptionSchema;

/** A provider as others find it by name: {@code loaded}. */
public class LoadedDriver implements BlockDriver {
    @Override
    public String name() {
        return "loaded";
    }

    @Override
    public NodeKind kind() {
        return NodeKind.FORMAT;
    }

    @Override
    public OptionSchema options() {
        return OptionSchema.of("driver 'loaded'");
    }

    @Override
    public OptionSchema createOptions() {
        return options();
    }

    @Override
    public BlockNode open(OpenContext context) {
        throw new UnsupportedOperationException("opens nothing");
    }

    /** One that cannot be made. */
    public static final class Broken extends LoadedDriver {
        public Broken() {
            throw new IllegalStateException("no");
        }
    }

    /** One that lacks a class it needs. */
    public static final class Unlinked extends LoadedDriver {
        @Override
        public String name() {
            throw new NoClassDefFoundError("no/such/Thing");
        }
    }

    /** One without a name. */
    public static final class Nameless extends LoadedDriver {
        @Override
        public String name() {
            return "";
        }
    }
}
