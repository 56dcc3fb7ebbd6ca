// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.io;

import dev.varve.api.block.ImageInfo;
import dev.varve.api.graph.NodeView;
import dev.varve.api.spi.NodeKind;
import dev.varve.cli.text.SpecificText;
import dev.varve.cli.option.Arguments;
import dev.varve.cli.option.CommandSyntax;
import dev.varve.cli.text.SizeText;
import java.io.IOException;

/** The commands of {@code io} about the disk as a whole: flush, length, info. */
final class DiskActions {
    private static final int L2_ENTRY = 8;

    private DiskActions() {
    }

    /** {@code flush}. */
    record Flush() implements IoAction {
        @Override
        public IoSyntax syntax() {
            return new IoSyntax(CommandSyntax.of("flush", "", "flush all in-core file state to disk"), 0, 0,
                    Use.READ);
        }

        @Override
        public boolean run(IoSession session, Arguments arguments) throws IOException {
            session.disk().flush();
            return true;
        }
    }

    /** {@code aio_flush}. */
    record AioFlush() implements IoAction {
        @Override
        public IoSyntax syntax() {
            return new IoSyntax(CommandSyntax.of("aio_flush", "", "completes all outstanding aio requests"), 0, 0,
                    Use.READ);
        }

        @Override
        public boolean run(IoSession session, Arguments arguments) {
            session.drain();
            return true;
        }
    }

    /** {@code length}. */
    record Length() implements IoAction {
        @Override
        public IoSyntax syntax() {
            return new IoSyntax(CommandSyntax.of("length", "", "gets the length of the current file"), 0, 0,
                    Use.READ);
        }

        @Override
        public boolean run(IoSession session, Arguments arguments) throws IOException {
            session.shell().say(SizeText.precise(session.disk().size()));
            return true;
        }
    }

    /** {@code info}. */
    record Info() implements IoAction {
        @Override
        public IoSyntax syntax() {
            return new IoSyntax(CommandSyntax.of("info", "", "prints information about the current file"), 0, 0,
                    Use.READ);
        }

        @Override
        public boolean run(IoSession session, Arguments arguments) throws IOException {
            ImageInfo info = session.disk().info();
            NodeView root = session.root();
            session.shell().say("format name: " + root.driver());
            if (root.kind() == NodeKind.PROTOCOL) {
                session.shell().say("format name: " + root.driver());
            }
            if (!session.tellsClusters()) {
                return false;
            }
            long cluster = info.clusterSize().orElse(0);
            session.shell().say("cluster size: " + SizeText.precise(cluster));
            session.shell().say("vm state offset: " + SizeText.precise(vmState(session.format(), info, cluster)));
            if (root.kind() == NodeKind.FORMAT) {
                session.shell().out().print(SpecificText.of(info.specific()));
            }
            return true;
        }

        /** Where qcow2 keeps the VM state: behind what the L2 tables for the disk cover. */
        private static long vmState(String format, ImageInfo info, long cluster) {
            if (!format.equals("qcow2") || cluster == 0) {
                return 0;
            }
            boolean extended = Boolean.TRUE.equals(info.specific().get("extended-l2"));
            long covered = cluster / (extended ? 2 * L2_ENTRY : L2_ENTRY) * cluster;
            return (info.size() + covered - 1) / covered * covered;
        }
    }
}
