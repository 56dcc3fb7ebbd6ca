// SPDX-License-Identifier: Apache-2.0
package dev.varve.osgi.configured;

import dev.varve.api.graph.BlockLayer;
import dev.varve.api.graph.NodeDefinition;
import dev.varve.api.graph.ReferencePolicy;
import dev.varve.api.spi.BlockDriver;
import dev.varve.osgi.ConfiguredGraph;
import java.io.IOException;
import java.util.Dictionary;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one graph as its configuration wants it, as far as what it needs is there. Each thing that happens to it is
 * reported once. Thread-safe: what happens to it takes turns.
 */
final class GraphKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(GraphKeeper.class);

    private final BundleContext context;
    private final Surroundings around;
    private final Turns turns = new Turns();
    private final Status status;
    private @Nullable GraphConfiguration wanted;
    private @Nullable OpenGraph open;

    GraphKeeper(BundleContext context, Surroundings around, String pid) {
        this.context = context;
        this.around = around;
        this.status = new Status(context, pid);
    }

    /** Follows a configuration. One that cannot be understood leaves the graph as it is. */
    void configure(String pid, Dictionary<String, ?> properties) {
        turns.take(() -> {
            GraphConfiguration next;
            try {
                next = GraphConfiguration.of(pid, properties);
            } catch (IllegalArgumentException e) {
                String kept = open == null ? "" : "; the graph stays as it was configured before";
                report(open == null ? ConfiguredGraph.State.FAILED : ConfiguredGraph.State.OPEN, true,
                        "its configuration is refused: " + e.getMessage() + kept);
                return;
            }
            if (!next.equals(wanted)) {
                String before = open == null ? "" : "its configuration was replaced; ";
                shut();
                wanted = next;
                status.configured(next);
                attempt(next, before, false);
            }
        });
    }

    /** Follows a change of what is there. */
    void refresh() {
        turns.take(() -> {
            GraphConfiguration now = wanted;
            OpenGraph opened = open;
            if (now == null) {
                return;
            }
            if (opened == null) {
                attempt(now, "", false);
                return;
            }
            opened.lost(around.layer(), now.treatment().policy().flatMap(around::policy)).ifPresent(why -> {
                shut();
                attempt(now, "it was interrupted: " + why + "; ", true);
            });
        });
    }

    /** Closes the graph for good. */
    void dispose() {
        turns.take(() -> {
            wanted = null;
            shut();
            status.close();
        });
    }

    private void shut() {
        OpenGraph closing = open;
        open = null;
        if (closing != null) {
            try {
                closing.close();
            } catch (IOException e) {
                LOG.warn("{} could not be closed cleanly", status.title(), e);
            }
        }
    }

    private void attempt(GraphConfiguration now, String before, boolean interrupted) {
        Optional<BlockLayer> layer = around.layer();
        Optional<ReferencePolicy> policy = now.treatment().policy().flatMap(around::policy);
        if (layer.isEmpty()) {
            report(ConfiguredGraph.State.WAITING, interrupted, before + "it waits for a block layer");
        } else if (now.treatment().policy().isPresent() && policy.isEmpty()) {
            report(ConfiguredGraph.State.WAITING, interrupted,
                    before + "it waits for reference policy '" + now.treatment().references() + "'");
        } else {
            attempt(now, layer.get(), policy.orElse(null), before, interrupted);
        }
    }

    private void attempt(GraphConfiguration now, BlockLayer layer, @Nullable ReferencePolicy policy, String before,
            boolean interrupted) {
        try {
            List<NodeDefinition> definitions = layer.parseGraph(now.source().read());
            Set<String> missing = new TreeSet<>(DriverNames.of(definitions));
            missing.removeAll(layer.drivers().stream().map(BlockDriver::name).collect(Collectors.toSet()));
            if (!missing.isEmpty()) {
                report(ConfiguredGraph.State.WAITING, interrupted, before + "it waits for driver"
                        + (missing.size() == 1 ? " '" : "s '") + String.join("', '", missing) + "'");
                return;
            }
            OpenGraph opened = OpenGraph.open(now, definitions, layer, policy);
            open = opened;
            opened.publish(context, now.properties());
            report(ConfiguredGraph.State.OPEN, interrupted, before + "it is open with the disks "
                    + String.join(", ", opened.disks()));
        } catch (IOException | RuntimeException e) {
            shut();
            report(ConfiguredGraph.State.FAILED, true, before + "it cannot be opened: " + e.getMessage());
        }
    }

    /** Tells it to the log and to the users of the status, unless it is what was told last. */
    private void report(ConfiguredGraph.State state, boolean warn, String text) {
        List<String> disks = open == null ? List.of() : open.disks();
        if (!status.tell(state, disks, text)) {
            return;
        }
        if (warn) {
            LOG.warn("{}: {}", status.title(), text);
        } else {
            LOG.info("{}: {}", status.title(), text);
        }
    }
}
