// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain.figures;

import dev.varve.samples.chain.ChainPlan;
import dev.varve.samples.chain.ChainShape;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;

/** Made-up figures for tests of those who show them. */
public final class SomeFigures {
    private static final long MIB = 1 << 20;
    private static final int REQUESTS = 64;

    private SomeFigures() {}

    /**
     * A chain of the given length whose disk is all in the base but for its last quarter, which nobody holds. Varve's
     * later passes take the same for every length, QEMU's the length.
     */
    public static ChainFigures chain(int layers) {
        ChainPlan plan = new ChainPlan(layers, 4 * MIB, ChainShape.BASE);
        List<OwnedRange> owners = List.of(new OwnedRange(0, 3 * MIB, layers - 1),
                new OwnedRange(3 * MIB, MIB, OwnedRange.NOBODY));
        QemuFigures qemu = new QemuFigures(OptionalDouble.of(0.0002 * layers), seconds(0.11 * layers),
                seconds(0.1 * layers), OptionalLong.of((8 + layers) * MIB), seconds(0.2 * layers),
                OptionalLong.of((9 + layers) * MIB), List.of());
        return new ChainFigures(plan, "{ \"driver\": \"<qcow2>\" }", varve(layers, owners), Optional.empty(), qemu);
    }

    private static VarveFigures varve(int layers, List<OwnedRange> owners) {
        ReadFigures read = new ReadFigures(0.25, 0.002, new Pass(0.5, REQUESTS, layers * 2L, 0, 63, 1),
                new Pass(0.125, REQUESTS, 0, 0, REQUESTS, 0), 2048, OptionalLong.of(40 * MIB), OptionalLong.empty(),
                owners);
        return new VarveFigures(read, new StreamFigures(0.75, OptionalLong.of(90 * MIB)));
    }

    private static Optional<Reading> seconds(double value) {
        return Optional.of(Reading.exactly(value));
    }

    /** One layer against 300. */
    public static Experiment experiment() {
        return of(chain(1), chain(300));
    }

    /** Certain chains. */
    public static Experiment of(ChainFigures... chains) {
        return new Experiment(Arrays.asList(chains), ChainPlan.CLUSTER, List.of("a machine & its Java"));
    }

    /** A chain with other figures of QEMU. */
    public static ChainFigures withQemu(ChainFigures chain, QemuFigures qemu) {
        return new ChainFigures(chain.plan(), chain.graph(), chain.varve(), chain.walk(), qemu);
    }

    /** A chain that QEMU was reading for 20 seconds when it was given up. */
    public static ChainFigures givenUp(int layers) {
        ChainFigures chain = chain(layers);
        return withQemu(chain, new QemuFigures(chain.qemu().openSeconds(), Optional.of(Reading.atLeast(20)),
                Optional.empty(), chain.qemu().residentPeak(), Optional.empty(), OptionalLong.empty(),
                List.of("reading the disk was given up after 20 s")));
    }

    /** A chain that was also read without the index, in twice the time. */
    public static ChainFigures withWalk(int layers) {
        ChainFigures chain = chain(layers);
        ReadFigures read = chain.varve().read();
        UnaryOperator<Pass> slower = pass -> new Pass(pass.seconds() * 2, pass.requests(), pass.insertedVisits(),
                pass.requests() * (layers - 1), 0, 0);
        VarveFigures walk = new VarveFigures(new ReadFigures(read.openSeconds(), read.reopenSeconds(),
                slower.apply(read.first()), slower.apply(read.steady()), 0, read.residentBefore(), read.residentPeak(),
                read.owners()), chain.varve().stream());
        return new ChainFigures(chain.plan(), chain.graph(), chain.varve(), Optional.of(walk), chain.qemu());
    }

    /** One layer against 300 without QEMU. */
    public static Experiment withoutQemu(String why) {
        return of(withQemu(chain(1), QemuFigures.none(why)), withQemu(chain(300), QemuFigures.none(why)));
    }
}
