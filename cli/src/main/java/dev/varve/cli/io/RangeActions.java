// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.io;

import dev.varve.api.block.Preallocation;
import dev.varve.api.graph.Allocation;
import dev.varve.cli.disk.ErrorText;
import dev.varve.cli.option.Arguments;
import dev.varve.cli.option.CommandSyntax;
import dev.varve.cli.option.OptionDeclaration;
import dev.varve.cli.text.SizeText;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** The commands of {@code io} that neither read nor write content: discard, truncate, alloc and map. */
final class RangeActions {
    private static final int SECTOR = 512;

    private RangeActions() {
    }

    /** {@code discard}. */
    record Discard() implements IoAction {
        @Override
        public IoSyntax syntax() {
            return new IoSyntax(CommandSyntax.of("discard", "[-Cq] off len",
                    "discards a number of bytes at a specified offset", IoFlags.MACHINE, IoFlags.QUIET), 2,
                    IoSyntax.ANY, Use.WRITE);
        }

        @Override
        public boolean run(IoSession session, Arguments arguments) throws IoRefusal, IOException {
            List<String> operands = arguments.operands();
            if (operands.size() != 2) {
                throw new IoRefusal(syntax().usage());
            }
            IoRange range = IoRange.of(operands);
            range.inside(session.disk());
            long begin = System.nanoTime();
            session.disk().discard(range.offset(), range.bytes());
            session.shell().out().print(IoRequests.report(arguments,
                    new IoReport("discard", range.offset(), range.bytes(), System.nanoTime() - begin)));
            return true;
        }
    }

    /** {@code truncate}. */
    record Truncate() implements IoAction {
        private static final OptionDeclaration MODE = OptionDeclaration.value('m', "", "prealloc_mode",
                "preallocation of the new area: off, metadata, falloc or full");

        @Override
        public IoSyntax syntax() {
            return new IoSyntax(CommandSyntax.of("truncate", "[-m prealloc_mode] off",
                    "truncates the current file at the given offset", MODE), 1, 3, Use.WRITE);
        }

        @Override
        public boolean run(IoSession session, Arguments arguments) throws IoRefusal, IOException {
            if (arguments.operands().size() != 1) {
                throw new IoRefusal(syntax().usage());
            }
            Preallocation mode;
            String word = arguments.value(MODE).orElse("off");
            try {
                mode = Preallocation.valueOf(word.toUpperCase(Locale.ROOT));
            } catch (IllegalArgumentException e) {
                session.shell().error("invalid preallocation mode '" + word
                        + "', allowed are off, metadata, falloc and full");
                return false;
            }
            long size = IoNumbers.bytes(arguments.operands().get(0));
            try {
                session.truncate(size, mode);
            } catch (IOException e) {
                session.shell().error(ErrorText.of(e));
                return false;
            }
            return true;
        }
    }

    /** {@code alloc}. */
    record Alloc() implements IoAction {
        @Override
        public IoSyntax syntax() {
            return new IoSyntax(CommandSyntax.of("alloc", "offset [count]",
                    "checks if offset is allocated in the file"), 1, 2, Use.READ);
        }

        @Override
        public boolean run(IoSession session, Arguments arguments) throws IoRefusal, IOException {
            List<String> operands = arguments.operands();
            long start = IoNumbers.bytes(operands.get(0));
            long count = operands.size() > 1 ? IoNumbers.bytes(operands.get(1)) : SECTOR;
            long end = Math.min(session.disk().size(), start + Math.min(count, Long.MAX_VALUE - start));
            long allocated = 0;
            long at = start;
            while (at < end) {
                Allocation run = session.disk().isAllocated(at, end - at);
                allocated += run.allocated() ? run.bytes() : 0;
                at += run.bytes();
            }
            long asked = Math.max(0, end - start);
            session.shell().say(allocated + "/" + asked + " bytes allocated at offset " + SizeText.precise(start));
            return true;
        }
    }

    /** {@code map}. */
    record AllocationMap() implements IoAction {
        @Override
        public IoSyntax syntax() {
            return new IoSyntax(CommandSyntax.of("map", "", "prints the allocated areas of a file"), 0, 0, Use.READ);
        }

        @Override
        public boolean run(IoSession session, Arguments arguments) throws IOException {
            long size = session.disk().size();
            long start = 0;
            while (start < size) {
                Allocation run = session.disk().isAllocated(start, size - start);
                long end = start + run.bytes();
                while (end < size) {
                    Allocation next = session.disk().isAllocated(end, size - end);
                    if (next.allocated() != run.allocated()) {
                        break;
                    }
                    end += next.bytes();
                }
                session.shell().say(area(end - start) + " bytes " + (run.allocated() ? "    allocated"
                        : "not allocated") + " at offset " + area(start));
                start = end;
            }
            return true;
        }

        private static String area(long bytes) {
            return SizeText.precise(bytes) + " (0x" + Long.toHexString(bytes) + ")";
        }
    }
}
