// SPDX-License-Identifier: Apache-2.0
package dev.varve.conformance;

import dev.varve.api.graph.NodeDefinition;
import dev.varve.conformance.device.FaultyDisk;
import dev.varve.conformance.device.MemoryDisk;
import dev.varve.conformance.device.RecordingDisk;
import dev.varve.conformance.device.RemovableDisk;
import dev.varve.conformance.device.SparseContent;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The rules for filters: those for every driver, above a device in memory, and those about what is passed on. */
public abstract class FilterConformance extends DriverConformance {
    /** For subclasses. */
    protected FilterConformance() {
    }

    /**
     * The definition of a filter node.
     *
     * @param child the definition of the node to be filtered
     * @return a definition with the child nested in it
     */
    protected abstract NodeDefinition above(NodeDefinition child);

    /** Noise and zeroes in turn. */
    @Override
    protected byte[] initialContent(int size) {
        byte[] content = new byte[size];
        Random random = new Random(size);
        byte[] noise = new byte[16384];
        for (int offset = 0; offset + noise.length <= size; offset += 3 * noise.length) {
            random.nextBytes(noise);
            System.arraycopy(noise, 0, content, offset, noise.length);
        }
        return content;
    }

    @Override
    protected NodeDefinition newImage(long size) throws IOException {
        return above(install(new MemoryDisk("child", content())).definition());
    }

    /**
     * What the child holds where the filter shows something.
     *
     * @param shown bytes of the filter, from its beginning; not to be changed
     * @return the same, unless a subclass knows better
     */
    protected byte[] stored(byte[] shown) {
        return shown;
    }

    /**
     * Tells whether the filter's content comes from the child alone. One that keeps another copy elsewhere sees a
     * difference where the power of the child alone was cut.
     *
     * @return true, unless a subclass knows better
     */
    protected boolean storesInChildAlone() {
        return true;
    }

    private SimulationRules simulationRules() {
        SimulationRules rules = new SimulationRules(content(),
                child -> subject(above(install(child).definition())));
        return storesInChildAlone() ? rules : rules.withoutPowerCuts();
    }

    private SparseContent content() {
        return SparseContent.of(stored(initialContent(imageSize())));
    }

    private FilterRules rules(MemoryDisk child) {
        return new FilterRules(subject(above(install(child).definition())));
    }

    @Test
    final void filter_opened_hasOneFilteredChild() throws IOException {
        rules(new MemoryDisk("child", content())).hasOneFilteredChild();
    }

    @Test
    final void child_afterRandomOperations_holdsWhatTheFilterShows() {
        MemoryDisk child = new MemoryDisk("child", content());
        rules(child).childHoldsWhatTheFilterShows(child, this::stored);
    }

    @Test
    final void flush_afterWrites_reachesTheChild() throws IOException {
        RecordingDisk child = new RecordingDisk("child", content());
        rules(child).flushReachesTheChildAfterTheWrites(child);
    }

    @Test
    final void zeroes_withoutFallback_areNeverWrittenAsBytes() throws IOException {
        RecordingDisk child = new RecordingDisk("child", content());
        rules(child).noFallbackWritesNoBytes(child);
    }

    @Test
    final void simulation_anySeed_losesNothing() {
        simulationRules().anyOrderLosesNothing();
    }

    @Test
    final void simulation_withFaults_losesNothingFlushed() {
        simulationRules().anyFaultLosesNothingFlushed();
    }

    @Test
    final void size_changed_isTheChilds() throws IOException {
        MemoryDisk child = new MemoryDisk("child", content());
        rules(child).sizeIsTheChilds(child);
    }

    @Test
    final void changes_ofTheChild_keepToWhatWasAsked() throws IOException {
        RecordingDisk child = new RecordingDisk("child", content());
        rules(child).changesKeepToWhatWasAsked(child);
    }

    @Test
    final void failure_ofTheChild_comesThrough() throws IOException {
        FaultyDisk child = new FaultyDisk("child", content());
        rules(child).failureComesThrough(child);
    }

    @Test
    final void medium_ofTheChild_isSeenThroughIt() throws IOException {
        RemovableDisk child = new RemovableDisk("child", content());
        rules(child).mediumIsSeenThroughIt(child);
    }
}
