// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.registry;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.NearestWord;
import dev.varve.api.spi.ProbeHead;
import dev.varve.api.spi.ProbeScore;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/** Finds drivers. Thread-safe; each call answers for its own moment. */
public interface DriverLookup {
    /**
     * The drivers that {@link #find} can find.
     *
     * @return a snapshot, ordered by name, one driver for each name
     */
    Collection<BlockDriver> drivers();

    /**
     * The driver of a name.
     *
     * @param name the value of {@code driver=}
     * @return empty where there is none
     */
    Optional<BlockDriver> find(String name);

    /**
     * The driver of a name, which has to be there.
     *
     * @param name the value of {@code driver=}
     * @return the driver
     * @throws BlockException of kind NOT_FOUND that tells the nearest name and those that are there
     */
    default BlockDriver require(String name) throws BlockException {
        Optional<BlockDriver> found = find(name);
        if (found.isPresent()) {
            return found.get();
        }
        List<String> known = drivers().stream().map(BlockDriver::name).toList();
        String nearest = NearestWord.of(name, known).map(word -> "; did you mean '" + word + "'?").orElse("");
        String installed = known.isEmpty() ? "; no driver is installed"
                : "; installed are " + String.join(", ", known);
        throw new BlockException(ErrorKind.NOT_FOUND, "unknown driver '" + name + "'" + nearest + installed);
    }

    /**
     * Asks every driver whether an image is its own (QEMU's {@code bdrv_probe_all}). Of several equally sure ones the
     * first by name is taken. A driver that throws is logged and counts as not sure at all.
     *
     * @param head the image's first bytes and name
     * @return the driver with the highest score, or empty where none has any
     */
    default Optional<BlockDriver> probe(ProbeHead head) {
        BlockDriver best = null;
        ProbeScore highest = ProbeScore.NONE;
        for (BlockDriver driver : drivers()) {
            ProbeScore score = score(driver, head);
            if (score.compareTo(highest) > 0) {
                best = driver;
                highest = score;
            }
        }
        return Optional.ofNullable(best);
    }

    /**
     * These drivers behind others.
     *
     * @param first drivers that win over those found here; of two with one name the later one wins
     * @return a view that follows this lookup as it changes
     */
    default DriverLookup behind(List<BlockDriver> first) {
        return first.isEmpty() ? this : new LayeredLookup(first, this);
    }

    private static ProbeScore score(BlockDriver driver, ProbeHead head) {
        try {
            return driver.probe(head);
        } catch (RuntimeException | LinkageError e) {
            LoggerFactory.getLogger(DriverLookup.class).warn("driver {} cannot probe {}", driver.name(),
                    head.filename(), e);
            return ProbeScore.NONE;
        }
    }
}
