// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.graph;

import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.BlockNode;
import dev.varve.api.spi.ChainFilterNode;
import dev.varve.runtime.registry.DriverLookup;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the filters that stand for frozen chains, with the driver that is installed for it; without one chains are
 * walked. Thread-safe.
 */
final class Collapsing {
    private static final Logger LOG = LoggerFactory.getLogger(Collapsing.class);
    private static final String DRIVER = "chain-collapse";

    private final DriverLookup drivers;
    private final boolean enabled;
    private final Set<Collapse> open = ConcurrentHashMap.newKeySet();
    private final Sum ofClosed = new Sum();

    private static final class Sum {
        private ChainFilterNode.Counters sum = ChainFilterNode.Counters.NONE;

        synchronized void add(ChainFilterNode.Counters more) {
            sum = sum.plus(more);
        }

        synchronized ChainFilterNode.Counters sum() {
            return sum;
        }
    }

    /**
     * Opens filters for one graph.
     *
     * @param drivers of the graph
     * @param enabled whether chains of the graph are collapsed at all
     */
    Collapsing(DriverLookup drivers, boolean enabled) {
        this.drivers = drivers;
        this.enabled = enabled;
    }

    /** Whether a filter may go on: its driver is the one that would be used now. */
    boolean isCurrent(Collapse collapse) {
        return open.contains(collapse) && drivers.find(DRIVER).equals(Optional.of(collapse.driver()));
    }

    /** A filter above a node, or null where the chain is to be walked. */
    @Nullable Collapse open(NodeHandle top) {
        Optional<BlockDriver> driver = drivers.find(DRIVER);
        if (!enabled || !top.settings().chainCollapse() || driver.isEmpty()) {
            return null;
        }
        Edge edge = Edge.beside(top);
        try {
            BlockNode node = driver.get().open(new CollapseContext(driver.get(), top, edge));
            if (node instanceof ChainFilterNode filter) {
                Collapse collapse = new Collapse(driver.get(), filter, edge);
                open.add(collapse);
                return collapse;
            }
            LOG.warn("driver '{}' does not open filters for whole chains; chains are walked", DRIVER);
            node.close();
        } catch (IOException e) {
            // The walk gives the same answers.
            LOG.warn("the chain below node '{}' cannot be collapsed: {}", top.name(), e.getMessage());
        }
        return null;
    }

    /** Closes a filter; its counters stay. */
    void close(Collapse collapse) {
        if (!open.remove(collapse)) {
            return;
        }
        try {
            collapse.node().close();
        } catch (IOException e) {
            LOG.warn("the filter above node '{}' could not be closed: {}", collapse.edge().node(), e.getMessage());
        }
        ofClosed.add(collapse.node().counters());
    }

    /** Whether filters of a driver are open. */
    boolean uses(BlockDriver driver) {
        return open.stream().anyMatch(collapse -> collapse.driver().equals(driver));
    }

    /** Closes the filters of a driver that goes away. */
    void forget(BlockDriver driver) {
        open.stream().filter(collapse -> collapse.driver().equals(driver)).toList().forEach(this::close);
    }

    /** What all filters have done. */
    ChainFilterNode.Counters counters() {
        ChainFilterNode.Counters sum = ofClosed.sum();
        for (Collapse collapse : open) {
            sum = sum.plus(collapse.node().counters());
        }
        return sum;
    }
}
