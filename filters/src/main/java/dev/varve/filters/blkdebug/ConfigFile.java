// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.blkdebug;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The file of option {@code config}: sections with {@code key = "value"} lines (QEMU's {@code qemu_config_parse}). */
final class ConfigFile {
    private static final long MAX_BYTES = 1 << 20;
    private static final Pattern SECTION = Pattern.compile("\\[([^\\s\\]\"]+)(?:\\s+\"[^\"]*\")?\\].*");
    private static final Pattern VALUE = Pattern.compile("\\s*(\\S++)\\s*=\\s*\"([^\"]*)\".*");

    private record Section(String name, Map<String, String> values) {}

    private ConfigFile() {
    }

    /** The rules of a file. */
    static List<Rule> read(String file) throws BlockException {
        List<Section> sections = parse(file, lines(file));
        List<Rule> rules = new ArrayList<>();
        // All of one kind come first, as in QEMU.
        for (String kind : List.of(RuleOptions.INJECT_ERROR, RuleOptions.SET_STATE)) {
            for (Section section : sections) {
                if (section.name.equals(kind)) {
                    rules.add(RuleOptions.read(kind, section.values));
                }
            }
        }
        return rules;
    }

    private static List<String> lines(String file) throws BlockException {
        try {
            Path path = Path.of(file);
            if (Files.size(path) > MAX_BYTES) {
                throw BlockException.invalidOption("the config file '" + file + "' has " + Files.size(path)
                        + " bytes, allowed are at most " + MAX_BYTES);
            }
            return Files.readAllLines(path);
        } catch (NoSuchFileException e) {
            throw new BlockException(ErrorKind.NOT_FOUND,
                    "Could not read blkdebug config file: No such file or directory", e);
        } catch (CharacterCodingException | InvalidPathException e) {
            throw BlockException.invalidOption("the config file '" + file + "' is no text: " + e.getMessage());
        } catch (BlockException e) {
            throw e;
        } catch (IOException e) {
            throw new BlockException(ErrorKind.IO, "Could not read blkdebug config file: " + e.getMessage(), e);
        }
    }

    private static List<Section> parse(String file, List<String> lines) throws BlockException {
        List<Section> sections = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            Matcher header = SECTION.matcher(line);
            Matcher value = VALUE.matcher(line);
            if (header.matches()) {
                sections.add(new Section(known(header.group(1), file, i), new LinkedHashMap<>()));
            } else if (!sections.isEmpty() && value.matches()) {
                sections.getLast().values.put(value.group(1), value.group(2));
            } else {
                throw BlockException.invalidOption(file + ":" + (i + 1) + ": parse error");
            }
        }
        return sections;
    }

    private static String known(String section, String file, int line) throws BlockException {
        if (section.equals(RuleOptions.INJECT_ERROR) || section.equals(RuleOptions.SET_STATE)) {
            return section;
        }
        throw BlockException.invalidOption(file + ":" + (line + 1) + ": There is no option group '" + section + "'");
    }
}
