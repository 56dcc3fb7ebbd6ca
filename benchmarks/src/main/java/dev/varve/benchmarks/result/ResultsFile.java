// SPDX-License-Identifier: Apache-2.0
package dev.varve.benchmarks.result;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** The results as JSON; a row is a line, so that two runs can be compared as text. */
public final class ResultsFile {
    private static final JsonFactory FACTORY = JsonFactory.builder().build();
    private static final String SETTING = "setting";
    private static final String ROWS = "rows";
    private static final String PARTS = "parts";

    private ResultsFile() {}

    /**
     * Writes a file anew; a reader sees the old one or the new one.
     *
     * @param file where to
     * @param results what
     * @throws IOException if it cannot be written
     */
    public static void write(Path file, Results results) throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add("{\"" + SETTING + "\": [");
        lines.add(joined(results.setting().stream().map(line -> json(out -> out.writeString(line))).toList()));
        lines.add("], \"" + ROWS + "\": [");
        lines.add(joined(results.rows().stream().map(row -> json(out -> write(row, out))).toList()));
        lines.add("], \"" + PARTS + "\": [");
        lines.add(joined(results.parts().stream().map(part -> json(out -> write(part, out))).toList()));
        lines.add("]}");
        Path unfinished = file.resolveSibling(file.getFileName() + ".new");
        Files.write(unfinished, lines);
        Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private static String joined(List<String> values) {
        return String.join(",\n", values);
    }

    private interface Content {
        void write(JsonGenerator out);
    }

    private static String json(Content content) {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
            content.write(out);
        }
        return text.toString();
    }

    private static void write(Row row, JsonGenerator out) {
        out.writeStartObject();
        out.writeStringProperty("workload", row.workload().key());
        out.writeStringProperty("shape", row.shape());
        out.writeNumberProperty("layers", row.layers());
        out.writeStringProperty("program", row.program().key());
        out.writeNumberProperty("operations", row.operations());
        if (row.median().isPresent()) {
            out.writeNumberProperty("seconds-median", row.median().getAsDouble());
            out.writeNumberProperty("seconds-fastest", row.fastest().orElseThrow());
        }
        out.writeName("seconds");
        out.writeStartArray();
        row.seconds().forEach(out::writeNumber);
        out.writeEndArray();
        for (Measure measure : Measure.values()) {
            row.measure(measure).ifPresent(value -> out.writeNumberProperty(measure.key(), value));
        }
        out.writeBooleanProperty("stopped", row.stopped());
        out.writeStringProperty("note", row.note());
        out.writeEndObject();
    }

    private static void write(Part part, JsonGenerator out) {
        out.writeStartObject();
        out.writeStringProperty("benchmark", part.benchmark());
        out.writeStringProperty("parameters", part.parameters());
        out.writeNumberProperty("nanos", part.nanos());
        // JSON has no NaN.
        for (Map.Entry<String, Double> more : List.of(Map.entry("error", part.error()),
                Map.entry("allocated-bytes", part.allocatedBytes()))) {
            if (!more.getValue().isNaN()) {
                out.writeNumberProperty(more.getKey(), more.getValue());
            }
        }
        out.writeEndObject();
    }

    /**
     * Reads a file.
     *
     * @param file what {@link #write} wrote
     * @return the results
     * @throws IOException if it cannot be read or is something else
     */
    public static Results read(Path file) throws IOException {
        JsonValue all = JsonValue.parse(Files.readString(file));
        return new Results(all.list(SETTING).stream().map(JsonValue::text).toList(),
                all.list(ROWS).stream().map(ResultsFile::row).toList(),
                all.list(PARTS).stream().map(ResultsFile::part).toList());
    }

    private static Row row(JsonValue value) {
        Row row = Row.of(named(Workload.values(), Workload::key, value.text("workload")), value.text("shape"),
                (int) value.number("layers"), named(Program.values(), Program::key, value.text("program")),
                (long) value.number("operations"), value.list("seconds").stream().map(JsonValue::number).toList())
                .noting(value.text("note"));
        for (Measure measure : Measure.values()) {
            row = row.with(measure, value.number(measure.key()));
        }
        return value.flag("stopped") ? row.asStopped() : row;
    }

    private static Part part(JsonValue value) {
        return new Part(value.text("benchmark"), value.text("parameters"), value.number("nanos"),
                value.number("error"), value.number("allocated-bytes"));
    }

    private interface Key<T> {
        String of(T value);
    }

    private static <T> T named(T[] values, Key<T> key, String name) {
        for (T value : values) {
            if (key.of(value).equals(name)) {
                return value;
            }
        }
        throw new IllegalArgumentException("'" + name + "' in the results");
    }
}
