// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.block;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A failed block operation: what sort of failure, which operation, on which node, at which offset. The message says
 * what is wrong, the value and the allowed range. Drivers create it without a place; the edge that the request came
 * through adds it once.
 */
public final class BlockException extends IOException {
    private static final long serialVersionUID = 1L;
    private static final long NO_OFFSET = -1;

    private final ErrorKind kind;
    private final String problem;
    private final Operation operation;
    private final String node;
    private final long offset;

    /**
     * An exception that does not know its place yet.
     *
     * @param kind the sort of failure
     * @param problem what is wrong, the value, what is allowed; lower-case, no period
     */
    public BlockException(ErrorKind kind, String problem) {
        this(kind, problem, null);
    }

    /**
     * An exception with a cause that does not know its place yet.
     *
     * @param kind the sort of failure
     * @param problem what is wrong, the value, what is allowed; lower-case, no period
     * @param cause what led to it, or null
     */
    public BlockException(ErrorKind kind, String problem, Throwable cause) {
        this(kind, problem, cause, null, null, NO_OFFSET);
    }

    private BlockException(ErrorKind kind, String problem, Throwable cause, Operation operation, String node,
            long offset) {
        super(message(problem, operation, node, offset), cause);
        this.kind = kind;
        this.problem = problem;
        this.operation = operation;
        this.node = node;
        this.offset = offset;
    }

    /**
     * Bad image data.
     *
     * @param problem what is wrong, the value, what is allowed
     * @return a new exception of kind CORRUPT
     */
    public static BlockException corrupt(String problem) {
        return new BlockException(ErrorKind.CORRUPT, problem);
    }

    /**
     * Something valid that is not offered here.
     *
     * @param problem what is not offered
     * @return a new exception of kind UNSUPPORTED
     */
    public static BlockException unsupported(String problem) {
        return new BlockException(ErrorKind.UNSUPPORTED, problem);
    }

    /**
     * A wrong option or definition.
     *
     * @param problem which option, which value, what is allowed
     * @return a new exception of kind INVALID_OPTION
     */
    public static BlockException invalidOption(String problem) {
        return new BlockException(ErrorKind.INVALID_OPTION, problem);
    }

    /**
     * A secret that nobody has given.
     *
     * @param id what was looked for
     * @return a new exception of kind NOT_FOUND
     */
    public static BlockException noSecret(String id) {
        return new BlockException(ErrorKind.NOT_FOUND, "no secret with id '" + id + "'");
    }

    /**
     * An object that nobody has made.
     *
     * @param kind what it should be
     * @param id what was looked for
     * @return a new exception of kind NOT_FOUND
     */
    public static BlockException noObject(String kind, String id) {
        return new BlockException(ErrorKind.NOT_FOUND, kind + " '" + id + "' does not exist");
    }

    /**
     * Any exception as a located one: a BlockException that has a place is returned as it is, another is given the
     * place, any other IOException becomes the cause of one of kind IO.
     *
     * @param failure what was thrown
     * @param operation what was being done
     * @param node the node it was done on
     * @param offset the offset in bytes, or negative where there is none
     * @return an exception with a place
     */
    public static BlockException locate(IOException failure, Operation operation, NodeName node, long offset) {
        if (failure instanceof BlockException known) {
            if (known.operation != null) {
                return known;
            }
            BlockException located = new BlockException(known.kind, known.problem, known.getCause(), operation,
                    node.value(), offset);
            located.setStackTrace(known.getStackTrace());
            return located;
        }
        String text = failure.getMessage();
        return new BlockException(ErrorKind.IO, text == null ? failure.toString() : text, failure, operation,
                node.value(), offset);
    }

    private static String message(String problem, Operation operation, String node, long offset) {
        if (operation == null) {
            return problem;
        }
        String place = offset < 0 ? "" : " at offset " + offset;
        return "node '" + node + "': " + operation.text() + place + ": " + problem;
    }

    /**
     * The sort of failure.
     *
     * @return never null
     */
    public ErrorKind kind() {
        return kind;
    }

    /**
     * The message without its place.
     *
     * @return what is wrong, the value, what is allowed
     */
    public String problem() {
        return problem;
    }

    /**
     * What was being done.
     *
     * @return empty where no edge has located the exception
     */
    public Optional<Operation> operation() {
        return Optional.ofNullable(operation);
    }

    /**
     * The node it was done on.
     *
     * @return empty where no edge has located the exception
     */
    public Optional<NodeName> node() {
        return node == null ? Optional.empty() : Optional.of(new NodeName(node));
    }

    /**
     * Where in the node.
     *
     * @return the offset in bytes, empty where there is none
     */
    public OptionalLong offset() {
        return offset < 0 ? OptionalLong.empty() : OptionalLong.of(offset);
    }
}
