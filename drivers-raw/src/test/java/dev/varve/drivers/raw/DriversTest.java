// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.OptionSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DriversTest {
    private static final Path MANUAL = Path.of("..", "docs", "manual");

    static Stream<BlockDriver> drivers() {
        return ServiceLoader.load(BlockDriver.class).stream()
                .filter(driver -> driver.type().getPackageName().startsWith(DriversTest.class.getPackageName()))
                .map(ServiceLoader.Provider::get);
    }

    @Test
    void serviceLoader_thisModule_findsEveryDriver() {
        assertEquals(List.of("file", "host_device", "http", "https", "memory", "null-aio", "null-co", "raw"),
                new TreeSet<>(drivers().map(BlockDriver::name).toList()).stream().toList());
    }

    /** The page has exactly the rows that the declarations make: nothing missing, nothing that does not exist. */
    @ParameterizedTest
    @MethodSource("drivers")
    void manual_driver_listsItsOptionsAsDeclared(BlockDriver driver) throws IOException {
        String page = switch (driver.name()) {
            case "null-aio" -> "null-co";
            case "https" -> "http";
            default -> driver.name();
        };
        List<String> rows = Files.readAllLines(MANUAL.resolve(page + ".md")).stream()
                .filter(line -> line.startsWith("| `")).toList();
        String expected = Stream.concat(rows(driver.options()), rows(driver.createOptions()))
                .collect(Collectors.joining("\n"));
        assertEquals(expected, String.join("\n", rows));
    }

    private static Stream<String> rows(OptionSchema schema) {
        return schema.specs().stream().map(spec -> "| `" + spec.name() + "` | " + spec.type().describe() + " | "
                + (spec.required() ? "required" : spec.defaultText().map(text -> "`" + text + "`").orElse(""))
                + " | " + spec.doc() + " |");
    }

    @ParameterizedTest
    @MethodSource("drivers")
    void options_docs_areOneSentenceWithoutAPeriod(BlockDriver driver) {
        Stream.concat(driver.options().specs().stream(), driver.createOptions().specs().stream())
                .forEach(spec -> assertTrue(!spec.doc().isBlank() && !spec.doc().endsWith("."), spec.toString()));
    }
}
