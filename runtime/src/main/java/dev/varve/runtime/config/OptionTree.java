// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.config;

import dev.varve.api.block.BlockException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Options while they are being read: nested objects, and keys with dots that stand for them, fall on the same branches
 * whatever their order (what QEMU's {@code qdict_flatten} and {@code qdict_crumple} do together). No recursion.
 */
final class OptionTree {
    /** How deep options may be nested: a chain of this many images can be written down as one definition. */
    static final int MAX_DEPTH = 10_000;

    /** So many of the innermost names of an option's path are told in messages. */
    private static final int SHOWN_NAMES = 4;
    private static final int SHOWN_LENGTH = 100;

    private static final Pattern INDEX = Pattern.compile("0|[1-9][0-9]{0,8}");

    private final List<Branch> branches = new ArrayList<>();
    private final Branch root = new Branch(null, "", 0);

    /** Options in which keys have dots, as nested options. */
    static Map<String, Object> nest(Map<String, Object> options) throws BlockException {
        if (options.keySet().stream().noneMatch(key -> key.indexOf('.') >= 0)) {
            return options;
        }
        OptionTree tree = new OptionTree();
        for (Map.Entry<String, Object> option : options.entrySet()) {
            tree.root().put(option.getKey(), option.getValue());
        }
        return tree.freeze();
    }

    Branch root() {
        return root;
    }

    /** What the values of a branch of the root are, before anything is put in the place of properties. */
    Map<String, @Nullable Object> branchValues(String name) {
        return root.values.get(name) instanceof Branch branch ? Collections.unmodifiableMap(branch.values) : Map.of();
    }

    /** Refuses what {@link #freeze} would refuse, while the place is known. */
    void refuseBadLists() throws BlockException {
        for (int i = branches.size() - 1; i > 0; i--) {
            branches.get(i).refuseBadList();
        }
    }

    /** The options with other texts in the place of texts. The tree must not be used afterwards. */
    Map<String, Object> freeze(Expansion expansion) throws BlockException {
        for (Branch branch : branches) {
            for (Map.Entry<String, @Nullable Object> value : branch.values.entrySet()) {
                if (value.getValue() instanceof String text) {
                    value.setValue(expansion.of(text));
                }
            }
        }
        return freeze();
    }

    /** What stands for a text in the end. */
    @FunctionalInterface
    interface Expansion {
        String of(String text) throws BlockException;
    }

    /** The options as unmodifiable maps and lists. The tree must not be used afterwards. */
    Map<String, Object> freeze() throws BlockException {
        // Branches stand behind the one they are on, so going backwards meets each after all that is on it.
        for (int i = branches.size() - 1; i > 0; i--) {
            Branch branch = branches.get(i);
            if (branch.parent != null) {
                branch.parent.values.put(branch.name, branch.frozen());
            }
        }
        return Collections.unmodifiableMap(root.values);
    }

    /** One object or list. */
    final class Branch {
        private final @Nullable Branch parent;
        private final String name;
        private final int depth;
        private final Map<String, @Nullable Object> values = new LinkedHashMap<>();
        private boolean list;

        private Branch(@Nullable Branch parent, String name, int depth) {
            this.parent = parent;
            this.name = name;
            this.depth = depth;
            branches.add(this);
        }

        /** Adds a value that is not there yet. */
        void put(String key, @Nullable Object value) throws BlockException {
            String last = lastName(key);
            Branch holder = holder(key, last);
            if (holder.values.containsKey(last)) {
                throw holder.values.get(last) instanceof Branch ? contradiction(key)
                        : BlockException.invalidOption("option '" + path(key) + "' is given twice");
            }
            holder.values.put(last, value);
        }

        /** Adds a value, or puts it in the place of an earlier one. */
        void set(String key, String value) throws BlockException {
            String last = lastName(key);
            Branch holder = holder(key, last);
            if (holder.values.get(last) instanceof Branch) {
                throw contradiction(key);
            }
            holder.values.put(last, value);
        }

        /** The branch of a key, new or as earlier keys made it. */
        Branch branch(String key, boolean asList) throws BlockException {
            String last = lastName(key);
            Branch made = holder(key, last).step(last, this, key);
            made.list |= asList;
            return made;
        }

        private Branch holder(String key, String last) throws BlockException {
            Branch holder = this;
            int start = 0;
            int end = key.length() - last.length();
            while (start < end) {
                int dot = key.indexOf('.', start);
                holder = holder.step(key.substring(start, dot), this, key);
                start = dot + 1;
            }
            return holder;
        }

        /** One step down; the key and where it begins are for messages. */
        private Branch step(String step, Branch origin, String key) throws BlockException {
            if (step.isEmpty()) {
                throw BlockException.invalidOption("option '" + origin.path(key) + "' has an empty part");
            }
            Object there = values.get(step);
            if (there instanceof Branch branch) {
                return branch;
            }
            if (depth >= MAX_DEPTH) {
                throw BlockException.invalidOption("option '" + path(step) + "' is nested more than " + MAX_DEPTH
                        + " levels deep");
            }
            if (values.containsKey(step) && !(there instanceof Map)) {
                throw origin.contradiction(key);
            }
            Branch made = new Branch(this, step, depth + 1);
            if (there instanceof Map<?, ?> map) {
                map.forEach((name, value) -> made.values.put(String.valueOf(name), value));
            }
            values.put(step, made);
            return made;
        }

        private String lastName(String key) throws BlockException {
            String last = key.substring(key.lastIndexOf('.') + 1);
            if (last.isEmpty()) {
                throw BlockException.invalidOption(key.isEmpty() ? "an option of '" + path("") + "' has no name"
                        : "option '" + path(key) + "' has an empty part");
            }
            return last;
        }

        private BlockException contradiction(String key) {
            return BlockException.invalidOption("option '" + path(key)
                    + "' contradicts another option: one name is given a value and options of its own");
        }

        private boolean isList() {
            return list || values.keySet().stream().anyMatch(key -> INDEX.matcher(key).matches());
        }

        private void refuseBadList() throws BlockException {
            if (!isList()) {
                return;
            }
            long indexes = values.keySet().stream().filter(key -> INDEX.matcher(key).matches()).count();
            if (indexes < values.size()) {
                throw BlockException.invalidOption("option '" + path("") + "' mixes list indexes with names: "
                        + String.join(", ", values.keySet()));
            }
            for (int i = 0; i < values.size(); i++) {
                if (!values.containsKey(Integer.toString(i))) {
                    throw BlockException.invalidOption("option '" + path("") + "' has " + values.size()
                            + " elements, and none with index " + i);
                }
            }
        }

        private Object frozen() throws BlockException {
            if (!isList()) {
                return Collections.unmodifiableMap(values);
            }
            refuseBadList();
            List<@Nullable Object> elements = new ArrayList<>();
            for (int i = 0; i < values.size(); i++) {
                elements.add(values.get(Integer.toString(i)));
            }
            return Collections.unmodifiableList(elements);
        }

        /** The innermost names of a key's path. */
        private String path(String key) {
            Deque<String> names = new ArrayDeque<>();
            Branch branch = this;
            while (branch.parent != null && names.size() < SHOWN_NAMES) {
                names.push(branch.name);
                branch = branch.parent;
            }
            if (branch.parent != null) {
                names.push("..");
            }
            if (!key.isEmpty()) {
                names.add(key.length() > SHOWN_LENGTH ? "..." + key.substring(key.length() - SHOWN_LENGTH) : key);
            }
            return String.join(".", names);
        }
    }
}
