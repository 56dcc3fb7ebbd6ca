// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.option;

import dev.varve.api.block.BlockException;
import dev.varve.api.spi.ByteSize;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The parsed arguments of one command: options in the order they were given, and operands. */
public final class Arguments {
    private final List<Given> given = new ArrayList<>();
    private final List<String> operands = new ArrayList<>();

    private record Given(OptionDeclaration option, String value) {}

    Arguments() {
    }

    void add(OptionDeclaration option, String value) {
        given.add(new Given(option, value));
    }

    /**
     * Tells whether an option was given.
     *
     * @param option a declaration
     * @return true where it was given at least once
     */
    public boolean has(OptionDeclaration option) {
        for (Given one : given) {
            if (one.option.equals(option)) {
                return true;
            }
        }
        return false;
    }

    /**
     * The value of an option; the last one counts where it was given more than once.
     *
     * @param option a declaration
     * @return empty where it was not given
     */
    public Optional<String> value(OptionDeclaration option) {
        for (int i = given.size() - 1; i >= 0; i--) {
            if (given.get(i).option.equals(option)) {
                return Optional.of(given.get(i).value);
            }
        }
        return Optional.empty();
    }

    /**
     * All values of an option.
     *
     * @param option a declaration
     * @return in the order they were given
     */
    public List<String> values(OptionDeclaration option) {
        List<String> values = new ArrayList<>();
        for (Given one : given) {
            if (one.option.equals(option)) {
                values.add(one.value);
            }
        }
        return values;
    }

    /**
     * The value of an option that takes a number of bytes.
     *
     * @param option a declaration
     * @param absent what an option that was not given means
     * @return bytes, at least 0
     * @throws UsageException if the value is not a size
     */
    public long size(OptionDeclaration option, long absent) throws UsageException {
        Optional<String> text = value(option);
        if (text.isEmpty()) {
            return absent;
        }
        try {
            return ByteSize.parse(text.get());
        } catch (BlockException e) {
            throw new UsageException("option " + option.display() + ": " + e.problem());
        }
    }

    /**
     * The value of an option that takes a whole number.
     *
     * @param option a declaration
     * @param absent what an option that was not given means
     * @param min the smallest value
     * @param max the largest value
     * @return a number from {@code min} to {@code max}, or {@code absent}
     * @throws UsageException if the value is not such a number
     */
    public int number(OptionDeclaration option, int absent, int min, int max) throws UsageException {
        Optional<String> text = value(option);
        if (text.isEmpty()) {
            return absent;
        }
        try {
            int number = Integer.decode(text.get());
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Told below, as a number out of range is.
        }
        throw new UsageException("option " + option.display() + ": '" + text.get() + "' is not allowed, it takes "
                + min + " to " + max);
    }

    /**
     * How often an option was given.
     *
     * @param option a declaration
     * @return 0 where it was not given
     */
    public int count(OptionDeclaration option) {
        int count = 0;
        for (Given one : given) {
            count += one.option.equals(option) ? 1 : 0;
        }
        return count;
    }

    /**
     * The options that were given, in their order.
     *
     * @return one entry for each time
     */
    public List<OptionDeclaration> inOrder() {
        return given.stream().map(Given::option).toList();
    }

    /**
     * Adds an operand that is none by its form.
     *
     * @param operand behind all others
     */
    public void addLast(String operand) {
        operands.add(operand);
    }

    /**
     * The operands.
     *
     * @return unmodifiable
     */
    public List<String> operands() {
        return List.copyOf(operands);
    }

    /**
     * The only operand.
     *
     * @param what what it is, for the message
     * @return the operand
     * @throws UsageException if there is none or more than one
     */
    public String onlyOperand(String what) throws UsageException {
        if (operands.size() != 1) {
            throw new UsageException("expecting one " + what + ", given are " + operands.size());
        }
        return operands.get(0);
    }
}
