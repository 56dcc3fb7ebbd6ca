// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.registry;

import dev.varve.api.spi.BlockDriver;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Some drivers before those of another lookup. */
final class LayeredLookup implements DriverLookup {
    private final Map<String, BlockDriver> first = new TreeMap<>();
    private final DriverLookup second;

    LayeredLookup(List<BlockDriver> first, DriverLookup second) {
        first.forEach(driver -> this.first.put(driver.name(), driver));
        this.second = second;
    }

    @Override
    public Collection<BlockDriver> drivers() {
        Map<String, BlockDriver> all = new TreeMap<>();
        second.drivers().forEach(driver -> all.put(driver.name(), driver));
        all.putAll(first);
        return List.copyOf(all.values());
    }

    @Override
    public Optional<BlockDriver> find(String name) {
        BlockDriver own = first.get(name);
        return own == null ? second.find(name) : Optional.of(own);
    }
}
