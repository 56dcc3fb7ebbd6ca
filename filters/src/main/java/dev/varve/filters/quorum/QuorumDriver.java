// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.quorum;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ChildRole;
import dev.varve.api.block.Permission;
import dev.varve.api.block.Permissions;
import dev.varve.api.spi.BlockChild;
import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.BlockNode;
import dev.varve.api.spi.NodeKind;
import dev.varve.api.spi.OpenContext;
import dev.varve.api.spi.OptionSchema;
import dev.varve.api.spi.OptionSpec;
import dev.varve.api.spi.OptionType;
import dev.varve.api.spi.Options;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Driver {@code quorum} (QEMU's {@code block/quorum.c}). None of its children is the one that it presents, so it is no
 * filter: to those above it is storage.
 */
public final class QuorumDriver implements BlockDriver {
    private static final String NAME = "quorum";
    private static final String CHILDREN = "children";
    private static final String THRESHOLD = "vote-threshold";
    private static final String BLKVERIFY = "blkverify";
    private static final String REWRITE = "rewrite-corrupted";
    private static final String PATTERN = "read-pattern";
    private static final String FIFO = "fifo";
    private static final int COMPARED = 2;
    private static final OptionSchema OPTIONS = OptionSchema.of("driver 'quorum'",
            OptionSpec.required(CHILDREN, OptionType.CHILDREN, "the copies of the disk, all of one size"),
            OptionSpec.required(THRESHOLD, new OptionType.Number(1, Integer.MAX_VALUE, false),
                    "how many children must agree for a read, and succeed for a change"),
            OptionSpec.withDefault(BLKVERIFY, OptionType.FLAG, "off",
                    "end with a message at the first difference; needs two children and vote-threshold=2"),
            OptionSpec.withDefault(REWRITE, OptionType.FLAG, "off",
                    "write what the majority holds to the children that differ"),
            OptionSpec.withDefault(PATTERN, new OptionType.Choice(List.of(NAME, FIFO)), NAME,
                    "read all children and vote, or only the first child that does not fail"));

    /** Found by ServiceLoader. */
    public QuorumDriver() {
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public NodeKind kind() {
        return NodeKind.PROTOCOL;
    }

    @Override
    public OptionSchema options() {
        return OPTIONS;
    }

    @Override
    public BlockNode open(OpenContext context) throws IOException {
        Options options = context.options();
        List<String> names = context.childNames(CHILDREN);
        QuorumRules rules = rules(options, names.size());
        List<BlockChild> children = new ArrayList<>();
        for (String name : names) {
            children.add(context.attach(name, Set.of(ChildRole.DATA),
                    (ofParent, writable) -> ofChild(ofParent, rules.rewrite())));
        }
        QuorumNode node = new QuorumNode(children, rules, new BadVotes(context.events(), context.nodeName()));
        node.size();
        return node;
    }

    /** What one read pattern has no use for is not looked at, as in QEMU. */
    private static QuorumRules rules(Options options, int children) throws BlockException {
        int threshold = (int) options.number(THRESHOLD);
        if (children < 1) {
            throw BlockException.invalidOption("Number of provided children must be 1 or more");
        }
        if (threshold > children) {
            throw BlockException.invalidOption("option '" + THRESHOLD + "': value " + threshold
                    + " is out of range, allowed is 1 to " + children + ", the number of children");
        }
        boolean fifo = options.text(PATTERN).equals(FIFO);
        boolean verify = !fifo && options.flag(BLKVERIFY);
        boolean rewrite = !fifo && options.flag(REWRITE);
        if (verify && (children != COMPARED || threshold != COMPARED)) {
            throw BlockException.invalidOption(
                    "blkverify=on can only be set if there are exactly two files and vote-threshold is 2");
        }
        if (verify && rewrite) {
            throw BlockException.invalidOption("rewrite-corrupted=on cannot be used with blkverify=on");
        }
        return new QuorumRules(threshold, fifo, verify, rewrite);
    }

    /** Nobody else may change a child: it would differ from the others (QEMU's {@code quorum_child_perm}). */
    private static Permissions ofChild(Permissions ofParent, boolean rewrite) {
        Permissions used = rewrite ? ofParent.using(Permission.WRITE) : ofParent;
        return used.withoutSharing(Permission.WRITE, Permission.RESIZE);
    }
}
