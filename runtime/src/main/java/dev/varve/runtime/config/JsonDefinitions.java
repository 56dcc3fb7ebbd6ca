// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.config;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.graph.NodeDefinition;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;

/**
 * Reads definitions in JSON, with QEMU's two liberties: single quotes for strings, and dots in keys for nested objects.
 * One loop with a stack of its own, so that nesting costs no thread stack. Every error tells line and column.
 */
final class JsonDefinitions {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            // Two more than the tree allows, which refuses with the option's name.
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(OptionTree.MAX_DEPTH + 2).build())
            .build();

    private final JsonParser parser;

    private JsonDefinitions(JsonParser parser) {
        this.parser = parser;
    }

    /** Reads one object. */
    static NodeDefinition readOne(String json) throws BlockException {
        return new NodeDefinition(read(json, false).getFirst().freeze());
    }

    /** Reads one object or an array of objects. */
    static List<NodeDefinition> readAll(String json) throws BlockException {
        List<NodeDefinition> definitions = new ArrayList<>();
        for (OptionTree tree : readTrees(json)) {
            definitions.add(new NodeDefinition(tree.freeze()));
        }
        return definitions;
    }

    /** Reads one object or an array of objects; they are not frozen yet, but would freeze. */
    static List<OptionTree> readTrees(String json) throws BlockException {
        return read(json, true);
    }

    private static List<OptionTree> read(String json, boolean arrayAllowed) throws BlockException {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), json)) {
            try {
                return new JsonDefinitions(parser).document(arrayAllowed);
            } catch (BlockException e) {
                throw new BlockException(ErrorKind.INVALID_OPTION,
                        e.problem() + " (" + place(parser.currentTokenLocation()) + ")", e);
            } catch (JacksonException e) {
                // Limits are reported without a place.
                TokenStreamLocation known = e.getLocation();
                throw new BlockException(ErrorKind.INVALID_OPTION, "wrong JSON at "
                        + place(known == null ? parser.currentLocation() : known) + ": " + words(e), e);
            }
        }
    }

    /** What the parser says, without its second place, which names a source that it does not know. */
    private static String words(JacksonException e) {
        String message = String.valueOf(e.getOriginalMessage());
        int second = message.indexOf(" (start marker at ");
        return second < 0 ? message : message.substring(0, second);
    }

    private List<OptionTree> document(boolean arrayAllowed) throws BlockException {
        List<OptionTree> definitions = new ArrayList<>();
        JsonToken first = parser.nextToken();
        if (first == JsonToken.START_ARRAY && arrayAllowed) {
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                definitions.add(definition());
            }
        } else {
            definitions.add(definition());
        }
        if (parser.nextToken() != null) {
            throw BlockException.invalidOption("there is something behind the end of the definition: "
                    + describe(parser.currentToken()));
        }
        return definitions;
    }

    private OptionTree definition() throws BlockException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw BlockException.invalidOption("expected a node definition { ... }, found "
                    + describe(parser.currentToken()));
        }
        OptionTree tree = new OptionTree();
        Deque<Cursor> open = new ArrayDeque<>();
        open.push(new Cursor(tree.root(), false));
        while (!open.isEmpty()) {
            Cursor cursor = open.element();
            JsonToken token = parser.nextToken();
            switch (token) {
                case PROPERTY_NAME -> cursor.key = parser.currentName();
                case START_OBJECT -> open.push(cursor.child(false));
                case START_ARRAY -> open.push(cursor.child(true));
                case END_OBJECT, END_ARRAY -> open.pop();
                default -> cursor.put(scalar(token));
            }
        }
        tree.refuseBadLists();
        return tree;
    }

    private @Nullable Object scalar(JsonToken token) throws BlockException {
        return switch (token) {
            case VALUE_STRING -> parser.getString();
            case VALUE_TRUE -> Boolean.TRUE;
            case VALUE_FALSE -> Boolean.FALSE;
            case VALUE_NULL -> null;
            case VALUE_NUMBER_INT -> integer();
            default -> throw BlockException.invalidOption("value " + shown()
                    + " is not allowed, only strings, whole numbers, true, false, null, objects and lists are");
        };
    }

    private Long integer() throws BlockException {
        if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            throw BlockException.invalidOption("number " + shown() + " is out of range, allowed is " + Long.MIN_VALUE
                    + " to " + Long.MAX_VALUE);
        }
        return parser.getLongValue();
    }

    private String shown() {
        String text = parser.getString();
        return text.length() > 40 ? text.substring(0, 40) + "..." : text;
    }

    private String describe(@Nullable JsonToken token) {
        return switch (token) {
            case null -> "nothing";
            case START_OBJECT -> "an object";
            case START_ARRAY -> "a list";
            default -> "'" + shown() + "'";
        };
    }

    private static String place(TokenStreamLocation location) {
        return "line " + location.getLineNr() + ", column " + Math.max(1, location.getColumnNr());
    }

    /** Where values go. */
    private static final class Cursor {
        private final OptionTree.Branch branch;
        private final boolean list;
        private String key = "";
        private int elements;

        private Cursor(OptionTree.Branch branch, boolean list) {
            this.branch = branch;
            this.list = list;
        }

        private Cursor child(boolean asList) throws BlockException {
            return new Cursor(branch.branch(nextKey(), asList), asList);
        }

        private void put(@Nullable Object value) throws BlockException {
            branch.put(nextKey(), value);
        }

        private String nextKey() {
            return list ? Integer.toString(elements++) : key;
        }
    }
}
