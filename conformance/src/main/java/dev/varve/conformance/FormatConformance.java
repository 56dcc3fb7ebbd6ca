// SPDX-License-Identifier: Apache-2.0
package dev.varve.conformance;

import dev.varve.api.graph.NodeDefinition;
import dev.varve.conformance.device.CrashDisk;
import dev.varve.conformance.device.CreateStorage;
import dev.varve.conformance.device.FaultyDisk;
import dev.varve.conformance.device.MemoryDisk;
import dev.varve.conformance.device.RecordingDisk;
import dev.varve.conformance.device.SparseContent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The rules for formats: those for every driver, and those about the storage below: that it fails, that its power is
 * cut, that somebody broke the image. Images are created by the driver, on devices in memory.
 */
public abstract class FormatConformance extends DriverConformance {
    private static final int SMALL = 512 << 10;

    /** For subclasses. */
    protected FormatConformance() {
    }

    /**
     * The format.
     *
     * @return the name of a driver that is installed, here or in the runtime
     */
    protected abstract String format();

    /**
     * How images are created.
     *
     * @return the format's create options, none unless a subclass knows better
     */
    protected Map<String, Object> createOptions() {
        return Map.of();
    }

    /**
     * The definition of a node of the format.
     *
     * @param file the definition of its storage
     * @return that of a node whose child is the option {@code file}, unless a subclass knows better
     */
    protected NodeDefinition definition(NodeDefinition file) {
        return new NodeDefinition(Map.of("driver", format(), "file", file.options()));
    }

    /**
     * Creates an image that holds {@link #initialContent}.
     *
     * @param size its virtual size in bytes
     * @return its storage
     * @throws IOException if it cannot be created
     */
    protected SparseContent newStorage(long size) throws IOException {
        return CreateStorage.create(driver(format()), size, createOptions(), secrets());
    }

    @Override
    protected NodeDefinition newImage(long size) throws IOException {
        return definition(install(new MemoryDisk("storage", newStorage(size))).definition());
    }

    /** An image of another size than the other tests', on a device. */
    private Subject on(MemoryDisk device, int size) {
        Subject usual = subject(definition(install(device).definition()));
        return new Subject(usual.layer(), usual.settings(), usual.definition(), usual.traits(),
                initialContent(size));
    }

    private SparseContent smallStorage() {
        try {
            return newStorage(SMALL);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private FaultRules faultRules() {
        return new FaultRules(name -> new FaultyDisk(name, smallStorage()), device -> on(device, SMALL));
    }

    @Test
    final void storage_failsOnce_losesNothingFlushed() {
        faultRules().flushedDataSurvivesAFailure();
    }

    @Test
    final void storage_failsWhileOpening_leavesNothingOpen() throws IOException {
        faultRules().failureWhileOpeningLeavesNothingOpen();
    }

    @Test
    final void powerCut_anyMoment_losesNothingFlushed() {
        CrashDisk storage = new CrashDisk("crashing", smallStorage());
        new PowerCutRules(storage, device -> on(device, SMALL)).flushedDataSurvives();
    }

    @Test
    final void powerCut_afterClosing_losesNothing() {
        CrashDisk storage = new CrashDisk("crashing", smallStorage());
        new PowerCutRules(storage, device -> on(device, SMALL)).closedDiskIsStable();
    }

    private SimulationRules simulationRules() {
        return new SimulationRules(smallStorage(), device -> on(device, SMALL));
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
    final void readOnlyDisk_used_writesNothingToItsStorage() throws IOException {
        RecordingDisk storage = new RecordingDisk("recorded", smallStorage());
        new StorageRules(on(storage, SMALL)).readOnlyWritesNothing(storage);
    }

    @Test
    final void brokenImage_openedAndUsed_isRefusedOrWorks() {
        new CorruptionRules(smallStorage(), device -> on(device, SMALL)).brokenImagesAreRefusedOrWork();
    }

    @Test
    final void check_afterRandomOperations_isClean() throws IOException {
        Subject subject = on(new MemoryDisk("checked", newStorage(SMALL)), SMALL);
        new CheckRules(subject).randomOperationsLeaveItClean();
    }
}
