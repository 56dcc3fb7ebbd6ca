// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.option;

import dev.varve.api.spi.NearestWord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads arguments as getopt_long does: short options that can be clustered ({@code -qp}), values attached or following
 * ({@code -fraw}, {@code -f raw}, {@code --output=json}, {@code --output json}), long names shortened while they stay
 * unambiguous, options between operands, and {@code --} before operands that begin with a dash.
 */
public final class ArgumentParser {
    private final CommandSyntax syntax;
    private final Arguments result = new Arguments();
    private final List<String> words;
    private int next;

    private ArgumentParser(CommandSyntax syntax, List<String> words) {
        this.syntax = syntax;
        this.words = words;
    }

    /**
     * Reads the arguments of a command. Reading ends at {@code --help}: what follows is not looked at.
     *
     * @param syntax what it takes
     * @param words the arguments behind the command's name
     * @return what was given
     * @throws UsageException if an option is unknown, ambiguous, not offered, or lacks its value
     */
    public static Arguments parse(CommandSyntax syntax, List<String> words) throws UsageException {
        ArgumentParser parser = new ArgumentParser(syntax, words);
        while (parser.next < words.size() && !parser.result.has(CommandSyntax.HELP)) {
            parser.word(words.get(parser.next++));
        }
        return parser.result;
    }

    private void word(String word) throws UsageException {
        if (word.equals("--")) {
            while (next < words.size()) {
                result.addLast(words.get(next++));
            }
        } else if (word.startsWith("--")) {
            longOption(word.substring(2));
        } else if (word.length() > 1 && word.charAt(0) == '-') {
            cluster(word);
        } else {
            result.addLast(word);
        }
    }

    private void cluster(String word) throws UsageException {
        for (int i = 1; i < word.length(); i++) {
            OptionDeclaration option = byLetter(word.charAt(i));
            String rest = word.substring(i + 1);
            if (option.takesValue()) {
                accept(option, rest.isEmpty() ? following(option) : rest);
                return;
            }
            accept(option, "");
        }
    }

    private void longOption(String word) throws UsageException {
        int equals = word.indexOf('=');
        OptionDeclaration option = byName(equals < 0 ? word : word.substring(0, equals));
        if (equals < 0) {
            accept(option, option.takesValue() ? following(option) : "");
        } else if (option.takesValue()) {
            accept(option, word.substring(equals + 1));
        } else {
            throw new UsageException("option " + option.display() + " takes no value, given is '"
                    + word.substring(equals + 1) + "'");
        }
    }

    private void accept(OptionDeclaration option, String value) throws UsageException {
        if (!option.offered()) {
            throw new UsageException("option " + option.display() + " is not offered yet: " + option.doc());
        }
        result.add(option, value);
    }

    private String following(OptionDeclaration option) throws UsageException {
        if (next == words.size()) {
            throw new UsageException("option " + option.display() + " needs a value: " + option.argument());
        }
        return words.get(next++);
    }

    private OptionDeclaration byLetter(char letter) throws UsageException {
        for (OptionDeclaration option : syntax.options()) {
            if (option.letter() == letter && letter != OptionDeclaration.NO_LETTER) {
                return option;
            }
        }
        throw new UsageException("unknown option '-" + letter + "' of " + syntax.name());
    }

    private OptionDeclaration byName(String name) throws UsageException {
        OptionDeclaration found = null;
        for (OptionDeclaration option : syntax.options()) {
            if (option.name().equals(name)) {
                return option;
            }
            if (!name.isEmpty() && option.name().startsWith(name)) {
                if (found != null) {
                    throw new UsageException("option '--" + name + "' of " + syntax.name() + " may mean --"
                            + found.name() + " or --" + option.name());
                }
                found = option;
            }
        }
        return known(name, found);
    }

    private OptionDeclaration known(String name, @Nullable OptionDeclaration found) throws UsageException {
        if (found != null) {
            return found;
        }
        List<String> names = new ArrayList<>();
        for (OptionDeclaration option : syntax.options()) {
            if (!option.name().isEmpty()) {
                names.add(option.name());
            }
        }
        Optional<String> nearest = NearestWord.of(name, names);
        throw new UsageException("unknown option '--" + name + "' of " + syntax.name()
                + (nearest.isPresent() ? "; did you mean '--" + nearest.get() + "'?" : ""));
    }
}
