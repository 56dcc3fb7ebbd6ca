// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.io;

import dev.varve.api.block.ImageInfo;
import dev.varve.cli.text.SpecificText;
import dev.varve.cli.option.Arguments;
import dev.varve.cli.option.CommandSyntax;
import dev.varve.cli.text.SizeText;
import java.io.IOException;
import java.util.List;

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

    /** {@code aio_flush}: requests are complete when their command returns, so there is nothing to wait for. */
    record AioFlush() implements IoAction {
        @Override
        public IoSyntax syntax() {
            return new IoSyntax(CommandSyntax.of("aio_flush", "", "completes all outstanding aio requests"), 0, 0,
                    Use.READ);
        }

        @Override
        public boolean run(IoSession session, Arguments arguments) {
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
            long cluster = info.clusterSize().orElse(0);
            session.shell().say("format name: " + session.format());
            session.shell().say("cluster size: " + SizeText.precise(cluster));
            session.shell().say("vm state offset: " + SizeText.precise(vmState(session.format(), info, cluster)));
            session.shell().out().print(SpecificText.of(info.specific()));
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

    /** {@code sleep}. */
    record Sleep() implements IoAction {
        @Override
        public IoSyntax syntax() {
            return new IoSyntax(CommandSyntax.of("sleep", "ms", "waits for the given value in milliseconds"), 1, 1,
                    Use.NOTHING);
        }

        @Override
        public boolean run(IoSession session, Arguments arguments) throws IoRefusal {
            List<String> operands = arguments.operands();
            try {
                Thread.sleep(Math.max(0, Long.parseLong(operands.isEmpty() ? "" : operands.get(0))));
            } catch (NumberFormatException e) {
                throw new IoRefusal("'" + (operands.isEmpty() ? "" : operands.get(0)) + "' is not a number of ms");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IoRefusal("sleep was interrupted");
            }
            return true;
        }
    }

    /** {@code quit}. */
    record Quit() implements IoAction {
        @Override
        public IoSyntax syntax() {
            return new IoSyntax(CommandSyntax.of("quit", "", "exit the program"), 0, 0, Use.NOTHING);
        }

        @Override
        public boolean run(IoSession session, Arguments arguments) {
            session.end();
            return true;
        }
    }
}
