// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.disk;

import dev.varve.api.graph.NodeDefinition;
import dev.varve.cli.option.Arguments;
import dev.varve.cli.option.OptionDeclaration;
import dev.varve.cli.option.UsageException;
import java.util.List;
import java.util.Optional;

/** Where a command takes a disk from. */
public sealed interface DiskSource {
    /** The format of the image. */
    OptionDeclaration FORMAT = OptionDeclaration.value('f', "format", "FMT",
            "the image's format; found out from its first bytes where it is not given");
    /** Whether names are option strings. */
    OptionDeclaration IMAGE_OPTS = OptionDeclaration.flag("image-opts",
            "names are option strings, such as driver=qcow2,file.filename=disk.qcow2");
    /** Whether other processes may use the image. */
    OptionDeclaration FORCE_SHARE = OptionDeclaration.flag('U', "force-share",
            "open the image even where another process writes to it");
    /** A graph file. */
    OptionDeclaration GRAPH = OptionDeclaration.value("graph", "FILE",
            "take the disk from a graph file: one blockdev definition in JSON, or an array of them");
    /** A node of the graph file. */
    OptionDeclaration NODE = OptionDeclaration.value("node", "NAME",
            "the graph file's node that is the disk; its last definition where this is not given");
    /** Secrets, for encrypted images. */
    OptionDeclaration OBJECT = OptionDeclaration.value("object", "DEF",
            "make an object: secret,id=ID,data=TEXT or file=NAME, with format=base64, keyid=ID and iv=TEXT, or JSON");

    /**
     * The disk in words, for messages.
     *
     * @return its name as the user gave it
     */
    String name();

    /**
     * The objects that its options may name.
     *
     * @return values of {@code --object}, in order
     */
    List<String> objects();

    /**
     * A disk by its name.
     *
     * @param name a file name, a {@code json:} definition, a {@code protocol:} name, or an option string
     * @param format the format, where it is given
     * @param imageOptions whether the name is an option string
     * @param objects values of {@code --object}
     */
    record Named(String name, Optional<String> format, boolean imageOptions, List<String> objects)
            implements DiskSource {
        /** Copies the list. */
        public Named {
            objects = List.copyOf(objects);
        }

        /**
         * A disk that needs no objects.
         *
         * @param name a file name, a {@code json:} definition, a {@code protocol:} name, or an option string
         * @param format the format, where it is given
         * @param imageOptions whether the name is an option string
         */
        public Named(String name, Optional<String> format, boolean imageOptions) {
            this(name, format, imageOptions, List.of());
        }
    }

    /**
     * A disk by its definition.
     *
     * @param name what messages call it
     * @param definition its node, complete but for what a command's access adds
     * @param objects values of {@code --object}
     */
    record Defined(String name, NodeDefinition definition, List<String> objects) implements DiskSource {
        /** Copies the list. */
        public Defined {
            objects = List.copyOf(objects);
        }
    }

    /**
     * A disk of a graph file.
     *
     * @param file the file's name
     * @param node the node; empty for the last definition
     * @param objects values of {@code --object}
     */
    record InGraph(String file, Optional<String> node, List<String> objects) implements DiskSource {
        /** Copies the list. */
        public InGraph {
            objects = List.copyOf(objects);
        }

        @Override
        public String name() {
            return node.isPresent() ? file + "#" + node.get() : file;
        }
    }

    /**
     * The disk of a command that takes one, by the operand or by {@code --graph}.
     *
     * @param arguments the command's arguments
     * @return where it is
     * @throws UsageException if none, several or contradicting ones are given
     */
    static DiskSource only(Arguments arguments) throws UsageException {
        Optional<DiskSource> inGraph = inGraph(arguments);
        if (inGraph.isPresent()) {
            if (!arguments.operands().isEmpty()) {
                throw new UsageException("expecting either a disk name or --graph, given are both");
            }
            return inGraph.get();
        }
        return named(arguments, arguments.onlyOperand("disk name"), FORMAT);
    }

    /**
     * The disk of {@code --graph}.
     *
     * @param arguments the command's arguments
     * @return empty where the option was not given
     * @throws UsageException if options contradict
     */
    static Optional<DiskSource> inGraph(Arguments arguments) throws UsageException {
        Optional<String> file = arguments.value(GRAPH);
        if (file.isEmpty()) {
            if (arguments.has(NODE)) {
                throw new UsageException("option --node names a node of a graph file: --graph is missing");
            }
            return Optional.empty();
        }
        for (OptionDeclaration other : List.of(FORMAT, IMAGE_OPTS)) {
            if (arguments.has(other)) {
                throw new UsageException("option " + other.display() + " does not go with --graph");
            }
        }
        return Optional.of(new InGraph(file.get(), arguments.value(NODE), arguments.values(OBJECT)));
    }

    /**
     * A disk by its name.
     *
     * @param arguments the command's arguments
     * @param name the name
     * @param format the option that gives its format
     * @return where it is
     * @throws UsageException if options contradict
     */
    static DiskSource named(Arguments arguments, String name, OptionDeclaration format) throws UsageException {
        if (arguments.has(IMAGE_OPTS) && arguments.has(format)) {
            throw new UsageException("options --image-opts and " + format.display() + " do not go together");
        }
        return new Named(name, arguments.value(format), arguments.has(IMAGE_OPTS), arguments.values(OBJECT));
    }
}
