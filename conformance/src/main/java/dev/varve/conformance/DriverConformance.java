// SPDX-License-Identifier: Apache-2.0
package dev.varve.conformance;

import dev.varve.api.block.BlockException;
import dev.varve.api.graph.BlockLayer;
import dev.varve.api.graph.GraphSettings;
import dev.varve.api.graph.NodeDefinition;
import dev.varve.api.graph.SecretSource;
import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.SharedObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The rules for every driver. Extend it for a protocol: say how a new image is made and what the driver offers, and
 * each rule becomes a test. After each test nothing may be left: no thread, no open file, no open node.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class DriverConformance {
    private final List<BlockDriver> devices = new ArrayList<>();
    private final BlockLayer layer = LeakWatch.warm(BlockLayer.load());
    private final LeakWatch leaks = new LeakWatch();

    @TempDir
    Path folder;

    /** For subclasses. */
    protected DriverConformance() {
    }

    /**
     * Makes a new image that holds {@link #initialContent}.
     *
     * @param size its virtual size in bytes
     * @return the definition that opens it; called once a test
     * @throws IOException if it cannot be made
     */
    protected abstract NodeDefinition newImage(long size) throws IOException;

    /**
     * What the driver offers.
     *
     * @return everything, unless a subclass knows better
     */
    protected Set<Trait> traits() {
        return EnumSet.allOf(Trait.class);
    }

    /**
     * The size of the images of the tests.
     *
     * @return a multiple of 512 from 1 MiB to 16 MiB
     */
    protected int imageSize() {
        return (2 << 20) + 1536;
    }

    /**
     * What a new image holds.
     *
     * @param size its virtual size in bytes
     * @return zeroes, unless a subclass knows better
     */
    protected byte[] initialContent(int size) {
        return new byte[size];
    }

    /**
     * Where the driver finds keys and passwords.
     *
     * @return none, unless a subclass knows better
     */
    protected SecretSource secrets() {
        return SecretSource.NONE;
    }

    /**
     * Objects that nodes of the driver share, each of which {@link BlockLayer#newObject} makes.
     *
     * @return their definitions; none, unless a subclass knows better
     */
    protected List<Map<String, Object>> objects() {
        return List.of();
    }

    /**
     * A folder for the files of this test.
     *
     * @return empty at first, removed after the test
     */
    protected final Path folder() {
        return folder;
    }

    /**
     * The runtime.
     *
     * @return that of this test
     */
    protected final BlockLayer layer() {
        return layer;
    }

    /**
     * Gives a driver that is not installed, such as a device, to the graphs of this test.
     *
     * @param <D> its type
     * @param driver of a name that no other driver of the test has
     * @return the driver
     */
    protected final <D extends BlockDriver> D install(D driver) {
        devices.add(driver);
        return driver;
    }

    /** A driver of this test, or else of the runtime. */
    final BlockDriver driver(String name) {
        return Stream.concat(devices.stream(), layer.drivers().stream()).filter(one -> one.name().equals(name))
                .findFirst().orElseThrow(() -> new AssertionError("no driver '" + name + "' is installed"));
    }

    final Subject subject(NodeDefinition definition) {
        return new Subject(layer, settings(), definition, traits(), initialContent(imageSize()));
    }

    private GraphSettings settings() {
        GraphSettings settings = GraphSettings.DEFAULT.withSecrets(secrets());
        for (Map<String, Object> object : objects()) {
            settings = settings.withObject(made(object));
        }
        for (BlockDriver device : devices) {
            settings = settings.withDriver(device);
        }
        return settings;
    }

    private SharedObject made(Map<String, Object> definition) {
        try {
            return layer.newObject(definition);
        } catch (BlockException e) {
            throw new AssertionError("object " + definition + ": " + e.getMessage(), e);
        }
    }

    private Subject subject() throws IOException {
        return subject(newImage(imageSize()));
    }

    @AfterEach
    final void nothingIsLeft() throws IOException {
        leaks.assertNothingLeft(folder, devices);
    }

    @Test
    final void newImage_read_holdsWhatItShould() throws IOException {
        new ReadRules(subject()).newImageReadsAsItShould();
    }

    @Test
    final void size_ofBackendNodeAndInfo_isTheSame() throws IOException {
        new ReadRules(subject()).sizeIsToldByAll();
    }

    @Test
    final void read_pastTheEnd_isRefused() throws IOException {
        new ReadRules(subject()).pastTheEndIsRefused();
    }

    @Test
    final void read_anyLengthAtBothEnds_returnsTheContent() throws IOException {
        new ReadRules(subject()).everySpotAtBothEndsIsRead();
    }

    @Test
    final void requests_ofZeroLength_doNothing() throws IOException {
        new ReadRules(subject()).zeroLengthDoesNothing();
    }

    @Test
    final void nodeRead_anyBuffer_isFilledToTheLimit() throws IOException {
        new NodeRules(subject()).readFillsTheBufferAndNothingElse();
    }

    @Test
    final void nodeWrite_anyBuffer_isTakenToTheLimit() throws IOException {
        new NodeRules(subject()).writeTakesTheWholeBufferAndChangesNothingInIt();
    }

    @Test
    final void nodeWrite_bufferUsedAgain_keepsWhatWasWritten() throws IOException {
        new NodeRules(subject()).buffersAreTheCallersAgain();
    }

    @Test
    final void requests_manyTimes_leaveNoBuffers() throws IOException {
        new NodeRules(subject()).requestsLeaveNoBuffers();
    }

    @Test
    final void nodeLimits_askedTwice_areTheSame() throws IOException {
        new NodeRules(subject()).limitsAndFlagsAreConstant();
    }

    @Test
    final void nodeStatus_anyRange_keepsToIt() throws IOException {
        new NodeRules(subject()).statusKeepsToTheRange();
    }

    @Test
    final void layerRead_anyRange_isOneRun() throws IOException {
        new NodeRules(subject()).layerReadsItsOwnRun();
    }

    @Test
    final void write_pastTheEnd_isRefused() throws IOException {
        new WriteRules(subject()).pastTheEndIsRefused();
    }

    @Test
    final void write_anyLengthAtBothEnds_readsBack() throws IOException {
        new WriteRules(subject()).everyLengthAtBothEndsReadsBack();
    }

    @Test
    final void write_anyKind_leavesTheSize() throws IOException {
        new WriteRules(subject()).writeMovesNoSize();
    }

    @Test
    final void writeZeroes_anyFlags_readsAsZeroes() throws IOException {
        new WriteRules(subject()).zeroesReadAsZeroes();
    }

    @Test
    final void discard_anyLength_keepsToItsRange() throws IOException {
        new WriteRules(subject()).discardKeepsToItsRangeAndStaysAsItIs();
    }

    @Test
    final void randomOperations_equalAnArray() throws IOException {
        new WriteRules(subject()).randomOperationsEqualAnArray();
    }

    @Test
    final void readOnlyDisk_changed_refuses() throws IOException {
        new WriteRules(subject()).readOnlyRefusesToChange();
    }

    @Test
    final void readOnlyDisk_openedForWriting_refuses() throws IOException {
        new WriteRules(subject()).readOnlyCannotBeOpenedForWriting();
    }

    @Test
    final void status_ofNewImage_tellsTheContent() throws IOException {
        new StatusRules(subject()).newImageIsToldAsItIs();
    }

    @Test
    final void status_afterChanges_tellsTheContent() throws IOException {
        new StatusRules(subject()).changesAreToldAsTheyAre();
    }

    @Test
    final void status_ofWhatWasWritten_isAllocated() throws IOException {
        new StatusRules(subject()).whatWasWrittenIsAllocated();
    }

    @Test
    final void truncate_larger_addsZeroes() throws IOException {
        new ResizeRules(subject()).grownAreaReadsAsZeroes();
    }

    @Test
    final void truncate_smallerThenLarger_forgetsTheTail() throws IOException {
        new ResizeRules(subject()).whatWasCutOffIsGone();
    }

    @Test
    final void truncate_thenReopen_keepsTheSize() throws IOException {
        new ResizeRules(subject()).newSizeIsKept();
    }

    @Test
    final void truncate_notOffered_changesNothing() throws IOException {
        new ResizeRules(subject()).unsupportedChangesNothing();
    }

    @Test
    final void truncate_negative_isTheCallersMistake() throws IOException {
        new ResizeRules(subject()).negativeIsTheCallersMistake();
    }

    @Test
    final void reopen_afterRandomOperations_keepsAll() throws IOException {
        new DurabilityRules(subject()).reopeningKeepsAll();
    }

    @Test
    final void closedDisk_anyRequest_isRefused() throws IOException {
        new DurabilityRules(subject()).closedDiskRefusesRequests();
    }

    @Test
    final void open_manyTimes_leavesNothingBehind() throws IOException {
        new DurabilityRules(subject()).manyOpeningsLeaveNothingBehind();
    }

    @Test
    final void concurrentRequests_onNeighbours_doNotDisturbEachOther() throws IOException {
        new ConcurrencyRules(subject()).neighboursDoNotDisturbEachOther();
    }

    @Test
    final void option_unknown_isRefusedByName() throws IOException {
        new OptionRules(subject()).unknownOptionIsRefusedByName();
    }

    @Test
    final void option_misspelt_isRefusedWithTheNearest() throws IOException {
        new OptionRules(subject()).misspeltOptionIsRefusedWithTheNearest();
    }

    @Test
    final void option_illTyped_isRefusedByName() throws IOException {
        new OptionRules(subject()).illTypedOptionIsRefusedByName();
    }

    @Test
    final void driver_askedTwice_saysTheSame() throws IOException {
        new OptionRules(subject()).driverSaysTheSameEachTime();
    }

    @Test
    final void probe_anyBytes_isCalm() throws IOException {
        new OptionRules(subject()).probeTakesAnyBytes();
    }
}
