// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.registry;

import dev.varve.api.spi.BlockDriver;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The installed drivers. Several may have one name: the one of the highest {@link Precedence}, and of equal ones the
 * one added last, is found; when it is removed, the next one returns. Thread-safe; looking up takes no lock.
 *
 * <p>A driver that is being removed cannot be found any more when the listeners are told of it. Whoever looks a driver
 * up under the same lock that its listener takes therefore never opens a node of a driver that has gone.
 */
public final class DriverRegistry implements DriverLookup {
    private static final Logger LOG = LoggerFactory.getLogger(DriverRegistry.class);
    private static final Comparator<Entry> BEST_FIRST = (a, b) -> {
        int order = b.precedence().compareTo(a.precedence());
        return order != 0 ? order : Long.compare(b.number(), a.number());
    };

    private final ReentrantLock editLock = new ReentrantLock();
    private final List<RemovalListener> listeners = new CopyOnWriteArrayList<>();
    private @Nullable Supplier<List<BlockDriver>> source;
    private long added;
    private volatile Map<String, List<Entry>> entries = Map.of();
    private volatile boolean loaded;

    /** An empty registry. */
    public DriverRegistry() {
        this(List::of);
    }

    /** A registry that begins with some drivers, which are asked for when somebody first looks for one. */
    DriverRegistry(Supplier<List<BlockDriver>> source) {
        this.source = source;
    }

    /**
     * A registry of the drivers that {@link java.util.ServiceLoader} finds. They are looked for once, when the first
     * driver is. A provider that cannot be loaded is logged, and the others work.
     *
     * @return a new registry
     */
    public static DriverRegistry installed() {
        return new DriverRegistry(new InstalledDrivers());
    }

    /**
     * Adds a driver without any precedence.
     *
     * @param driver the driver
     * @return takes it out again
     */
    public Registration add(BlockDriver driver) {
        return add(driver, Precedence.NONE);
    }

    /**
     * Adds a driver.
     *
     * @param driver the driver
     * @param precedence where several have the name, the highest wins
     * @return takes it out again
     */
    public Registration add(BlockDriver driver, Precedence precedence) {
        load();
        return new Added(insert(driver, precedence));
    }

    /**
     * Tells a listener of drivers that are removed from now on.
     *
     * @param listener called on the thread that removes
     */
    public void addListener(RemovalListener listener) {
        listeners.add(listener);
    }

    /**
     * Tells a listener no longer.
     *
     * @param listener was added
     */
    public void removeListener(RemovalListener listener) {
        listeners.remove(listener);
    }

    @Override
    public Collection<BlockDriver> drivers() {
        load();
        return entries.values().stream().map(list -> list.getFirst().driver()).toList();
    }

    @Override
    public Optional<BlockDriver> find(String name) {
        load();
        List<Entry> found = entries.get(name);
        return found == null ? Optional.empty() : Optional.of(found.getFirst().driver());
    }

    private void load() {
        if (loaded) {
            return;
        }
        editLock.lock();
        try {
            Supplier<List<BlockDriver>> pending = source;
            source = null;
            if (pending != null) {
                pending.get().forEach(driver -> insert(driver, Precedence.NONE));
                loaded = true;
            }
        } finally {
            editLock.unlock();
        }
    }

    private Entry insert(BlockDriver driver, Precedence precedence) {
        String name = driver.name();
        editLock.lock();
        try {
            Entry entry = new Entry(name, driver, precedence, added++);
            List<Entry> same = new ArrayList<>(entries.getOrDefault(name, List.of()));
            same.add(entry);
            same.sort(BEST_FIRST);
            replace(name, same);
            return entry;
        } finally {
            editLock.unlock();
        }
    }

    private Entry move(Entry entry, Precedence precedence) {
        editLock.lock();
        try {
            Entry moved = new Entry(entry.name(), entry.driver(), precedence, entry.number());
            List<Entry> same = new ArrayList<>(entries.getOrDefault(entry.name(), List.of()));
            same.replaceAll(other -> other.number() == entry.number() ? moved : other);
            same.sort(BEST_FIRST);
            replace(entry.name(), same);
            return moved;
        } finally {
            editLock.unlock();
        }
    }

    private void remove(Entry entry) {
        if (takeOut(entry)) {
            for (RemovalListener listener : listeners) {
                tell(listener, entry);
            }
        }
    }

    /** Tells whether the entry was the last one of its driver. */
    private boolean takeOut(Entry entry) {
        editLock.lock();
        try {
            List<Entry> same = new ArrayList<>(entries.getOrDefault(entry.name(), List.of()));
            boolean removed = same.removeIf(other -> other.number() == entry.number());
            if (!removed) {
                return false;
            }
            replace(entry.name(), same);
            Set<BlockDriver> left = Collections.newSetFromMap(new IdentityHashMap<>());
            same.forEach(other -> left.add(other.driver()));
            return !left.contains(entry.driver());
        } finally {
            editLock.unlock();
        }
    }

    private void replace(String name, List<Entry> same) {
        Map<String, List<Entry>> edited = new TreeMap<>(entries);
        if (same.isEmpty()) {
            edited.remove(name);
        } else {
            edited.put(name, List.copyOf(same));
        }
        entries = edited;
    }

    private static void tell(RemovalListener listener, Entry entry) {
        try {
            listener.removed(entry.driver());
        } catch (RuntimeException | LinkageError e) {
            LOG.error("a user of driver {} failed to let it go", entry.name(), e);
        }
    }

    private final class Added implements Registration {
        private volatile Entry entry;

        Added(Entry entry) {
            this.entry = entry;
        }

        @Override
        public void move(Precedence precedence) {
            entry = DriverRegistry.this.move(entry, precedence);
        }

        @Override
        public void remove() {
            DriverRegistry.this.remove(entry);
        }
    }

    /** Takes a driver out of the registry. */
    public interface Registration {
        /**
         * Gives the driver another place among those of its name. Nodes that are open stay with the driver that opened
         * them. Does nothing for a driver that was removed.
         *
         * @param precedence where several have the name, the highest wins
         */
        void move(Precedence precedence);

        /**
         * Takes the driver out and returns when every listener has let it go. Removing again does nothing. Must not be
         * called while holding a lock that a listener needs.
         */
        void remove();
    }

    /** Is told when a driver goes. */
    @FunctionalInterface
    public interface RemovalListener {
        /**
         * Lets a driver go: drains and closes its nodes before it returns. The driver's classes may be gone afterwards.
         * The driver need not be the one that its name found.
         *
         * @param driver the instance that was added
         */
        void removed(BlockDriver driver);
    }

    private record Entry(String name, BlockDriver driver, Precedence precedence, long number) {}
}
