// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.option;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ArgumentParserTest {
    private static final OptionDeclaration FORMAT = OptionDeclaration.value('f', "format", "FMT", "the format");
    private static final OptionDeclaration FORCE = OptionDeclaration.flag("force-share", "share");
    private static final OptionDeclaration QUIET = OptionDeclaration.flag('q', "quiet", "be quiet");
    private static final OptionDeclaration PROGRESS = OptionDeclaration.flag('p', "progress", "show progress");
    private static final OptionDeclaration OUTPUT = OptionDeclaration.value("output", "FORM", "the form");
    private static final OptionDeclaration COMPRESS = OptionDeclaration.refused('c', "compress", "", "comes later");
    private static final CommandSyntax SYNTAX = CommandSyntax.of("try", "NAME", "try it", FORMAT, FORCE, QUIET,
            PROGRESS, OUTPUT, COMPRESS);

    private static Arguments parse(String... words) throws UsageException {
        return ArgumentParser.parse(SYNTAX, List.of(words));
    }

    private static String refusal(String... words) {
        return assertThrows(UsageException.class, () -> parse(words)).getMessage();
    }

    @Test
    void clusteredFlags_areEachGiven() throws UsageException {
        Arguments arguments = parse("-qp");
        assertTrue(arguments.has(QUIET) && arguments.has(PROGRESS));
    }

    @Test
    void valueOfAShortOption_isAttachedOrFollows() throws UsageException {
        assertEquals(Optional.of("raw"), parse("-fraw").value(FORMAT));
        assertEquals(Optional.of("raw"), parse("-f", "raw").value(FORMAT));
        assertEquals(Optional.of("raw"), parse("-qfraw").value(FORMAT));
    }

    @Test
    void valueOfALongOption_isBehindEqualsOrFollows() throws UsageException {
        assertEquals(Optional.of("json"), parse("--output=json").value(OUTPUT));
        assertEquals(Optional.of("json"), parse("--output", "json").value(OUTPUT));
        assertEquals(Optional.of(""), parse("--output=").value(OUTPUT));
    }

    @Test
    void shortenedLongOption_isFound() throws UsageException {
        assertEquals(Optional.of("json"), parse("--out", "json").value(OUTPUT));
    }

    @Test
    void ambiguouslyShortenedOption_isRefusedWithBothNames() {
        assertEquals("option '--fo' of try may mean --format or --force-share", refusal("--fo"));
    }

    @Test
    void operandsBetweenOptions_areKeptInOrder() throws UsageException {
        Arguments arguments = parse("a", "-q", "b", "--", "-c", "--x");
        assertEquals(List.of("a", "b", "-c", "--x"), arguments.operands());
    }

    @Test
    void singleDash_isAnOperand() throws UsageException {
        assertEquals(List.of("-"), parse("-").operands());
    }

    @Test
    void repeatedOption_keepsAllValuesAndAnswersWithTheLast() throws UsageException {
        Arguments arguments = parse("-f", "raw", "-f", "qcow2");
        assertEquals(List.of("raw", "qcow2"), arguments.values(FORMAT));
        assertEquals(Optional.of("qcow2"), arguments.value(FORMAT));
    }

    @Test
    void unknownLongOption_isRefusedWithTheNearest() {
        assertEquals("unknown option '--ouptut' of try; did you mean '--output'?", refusal("--ouptut=json"));
    }

    @Test
    void unknownShortOption_isRefused() {
        assertEquals("unknown option '-x' of try", refusal("-qx"));
    }

    @Test
    void missingValue_isRefusedWithWhatIsTaken() {
        assertEquals("option --format needs a value: FMT", refusal("-f"));
    }

    @Test
    void valueOfAFlag_isRefused() {
        assertEquals("option --quiet takes no value, given is 'yes'", refusal("--quiet=yes"));
    }

    @Test
    void optionThatIsNotOffered_isRefusedByName() {
        assertEquals("option --compress is not offered yet: comes later", refusal("-c"));
    }

    @Test
    void help_endsTheParsing() throws UsageException {
        assertTrue(parse("--help", "--nonsense").has(CommandSyntax.HELP));
    }

    @Test
    void sizeWithASuffix_isReadInBytes() throws UsageException {
        assertEquals(65536, parse("-f", "64k").size(FORMAT, 1));
        assertEquals(1, parse().size(FORMAT, 1));
    }

    @Test
    void numberOutOfRange_isRefusedWithTheRange() throws UsageException {
        Arguments arguments = parse("-f", "17");
        assertEquals("option --format: '17' is not allowed, it takes 1 to 16",
                assertThrows(UsageException.class, () -> arguments.number(FORMAT, 8, 1, 16)).getMessage());
    }

    @Test
    void declaringAFormTwice_isTheCallersMistake() {
        assertThrows(IllegalArgumentException.class, () -> CommandSyntax.of("x", "", "x", FORMAT, FORMAT));
    }
}
