// SPDX-License-Identifier: Apache-2.0
package dev.varve.samples.longchain;

import dev.varve.samples.longchain.figures.OwnedRange;
import dev.varve.samples.longchain.figures.Pass;
import dev.varve.samples.longchain.figures.ReadFigures;
import dev.varve.samples.longchain.figures.StreamFigures;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.StringTokenizer;

/** The figures of a measuring process as lines of text: a key and its values, separated by blanks. */
final class FigureLines {
    private static final String OPEN = "open";
    private static final String FIRST = "first";
    private static final String STEADY = "steady";
    private static final String MEMORY = "memory";
    private static final String OWNER = "owner";
    private static final String STREAM = "stream";
    private static final long UNKNOWN = -1;

    private FigureLines() {}

    static void print(ReadFigures figures, PrintStream out) {
        out.println(OPEN + " " + figures.openSeconds() + " " + figures.reopenSeconds());
        out.println(FIRST + " " + words(figures.first()));
        out.println(STEADY + " " + words(figures.steady()));
        out.println(MEMORY + " " + figures.indexBytes() + " " + figures.residentBefore().orElse(UNKNOWN) + " "
                + figures.residentPeak().orElse(UNKNOWN));
        for (OwnedRange range : figures.owners()) {
            out.println(OWNER + " " + range.offset() + " " + range.bytes() + " " + range.depth());
        }
    }

    static void print(StreamFigures figures, PrintStream out) {
        out.println(STREAM + " " + figures.seconds() + " " + figures.residentPeak().orElse(UNKNOWN));
    }

    private static String words(Pass pass) {
        return pass.seconds() + " " + pass.requests() + " " + pass.insertedVisits() + " " + pass.layerVisits() + " "
                + pass.hits() + " " + pass.builds();
    }

    static ReadFigures parseRead(List<String> lines) throws IOException {
        Map<String, List<String>> values = values(lines);
        List<OwnedRange> owners = new ArrayList<>();
        for (String line : lines) {
            List<String> words = words(line);
            if (words.size() == 4 && words.getFirst().equals(OWNER)) {
                owners.add(new OwnedRange(Long.parseLong(words.get(1)), Long.parseLong(words.get(2)),
                        Integer.parseInt(words.get(3))));
            }
        }
        List<String> open = values(values, OPEN, 2);
        List<String> memory = values(values, MEMORY, 3);
        return new ReadFigures(Double.parseDouble(open.get(0)), Double.parseDouble(open.get(1)),
                pass(values(values, FIRST, 6)), pass(values(values, STEADY, 6)), Long.parseLong(memory.get(0)),
                optional(memory.get(1)), optional(memory.get(2)), owners);
    }

    static StreamFigures parseStream(List<String> lines) throws IOException {
        List<String> stream = values(values(lines), STREAM, 2);
        return new StreamFigures(Double.parseDouble(stream.get(0)), optional(stream.get(1)));
    }

    private static Map<String, List<String>> values(List<String> lines) {
        Map<String, List<String>> values = new HashMap<>();
        for (String line : lines) {
            List<String> words = words(line);
            if (!words.isEmpty()) {
                values.put(words.getFirst(), words.subList(1, words.size()));
            }
        }
        return values;
    }

    private static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        StringTokenizer tokens = new StringTokenizer(line);
        while (tokens.hasMoreTokens()) {
            words.add(tokens.nextToken());
        }
        return words;
    }

    private static List<String> values(Map<String, List<String>> values, String key, int count) throws IOException {
        List<String> found = values.getOrDefault(key, List.of());
        if (found.size() != count) {
            throw new IOException("the process's line '" + key + "' has " + found.size() + " values, not " + count);
        }
        return found;
    }

    private static Pass pass(List<String> words) {
        return new Pass(Double.parseDouble(words.get(0)), Long.parseLong(words.get(1)), Long.parseLong(words.get(2)),
                Long.parseLong(words.get(3)), Long.parseLong(words.get(4)), Long.parseLong(words.get(5)));
    }

    private static OptionalLong optional(String word) {
        long value = Long.parseLong(word);
        return value == UNKNOWN ? OptionalLong.empty() : OptionalLong.of(value);
    }
}
