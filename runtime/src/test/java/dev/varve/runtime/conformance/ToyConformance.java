// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.conformance;

import dev.varve.conformance.FormatConformance;
import dev.varve.conformance.Trait;
import dev.varve.conformance.device.SparseContent;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;

/** The rules for the toy; run by {@link KitTest} alone, once for each fault. */
class ToyConformance extends FormatConformance {
    /** The fault of the next run; the runs come one after the other. */
    static volatile Fault current = Fault.NONE;

    private final Fault fault = current;
    private boolean installed;

    @Override
    protected String format() {
        return "toy";
    }

    @Override
    protected SparseContent newStorage(long size) throws IOException {
        if (!installed) {
            install(new ToyFormat(fault, folder()));
            installed = true;
        }
        return super.newStorage(size);
    }

    @Override
    protected Set<Trait> traits() {
        return EnumSet.complementOf(EnumSet.of(Trait.GROWS, Trait.SHRINKS));
    }
}
