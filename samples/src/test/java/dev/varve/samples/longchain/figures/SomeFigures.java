// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain.figures;

import dev.varve.samples.chain.ChainPlan;
import dev.varve.samples.chain.ChainShape;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Made-up figures for tests of those who show them. */
public final class SomeFigures {
    private static final long MIB = 1 << 20;

    private SomeFigures() {}

    /** A chain of the given length whose disk is all in the base but for its last quarter, which nobody holds. */
    public static ChainFigures chain(int layers) {
        ChainPlan plan = new ChainPlan(layers, 4 * MIB, ChainShape.BASE);
        List<OwnedRange> owners = List.of(new OwnedRange(0, 3 * MIB, layers - 1),
                new OwnedRange(3 * MIB, MIB, OwnedRange.NOBODY));
        VarveFigures varve = new VarveFigures(0.25, 0.002, new Pass(0.5, 64, layers * 2L, 64L * (layers - 1)),
                new Pass(0.125, 64, 0, 64L * (layers - 1)), 10 * MIB, OptionalLong.of(40 * MIB),
                OptionalLong.empty(), owners);
        QemuFigures qemu = new QemuFigures(OptionalDouble.of(0.1 * layers), OptionalDouble.of(0.0002 * layers),
                OptionalLong.of((8 + layers) * MIB), "");
        return new ChainFigures(plan, "{ \"driver\": \"<qcow2>\" }", varve, qemu);
    }

    /** One layer against 300. */
    public static Experiment experiment() {
        return new Experiment(List.of(chain(1), chain(300)), ChainPlan.CLUSTER, List.of("a machine & its Java"));
    }

    /** The same without QEMU. */
    public static Experiment withoutQemu(String why) {
        List<ChainFigures> chains = experiment().chains().stream()
                .map(chain -> new ChainFigures(chain.plan(), chain.graph(), chain.varve(), QemuFigures.none(why)))
                .toList();
        return new Experiment(chains, ChainPlan.CLUSTER, List.of());
    }
}
