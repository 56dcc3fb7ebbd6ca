// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.io;

import dev.varve.api.graph.BlockBackend;
import dev.varve.cli.option.Arguments;
import dev.varve.cli.option.CommandSyntax;
import dev.varve.cli.option.OptionDeclaration;
import dev.varve.cli.text.HexDump;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** {@code read}, {@code readv} and {@code aio_read}: reads a range and verifies or dumps it. */
final class ReadAction implements IoAction {
    /** What buffers hold where a disk leaves them as they are (QEMU's {@code qemu_io_alloc}). */
    private static final byte UNTOUCHED = (byte) 0xAB;
    private static final OptionDeclaration LENGTH = OptionDeclaration.value('l', "", "len",
            "length for pattern verification (only with -P)");
    private static final OptionDeclaration START = OptionDeclaration.value('s', "", "off",
            "start offset for pattern verification (only with -P)");

    private final IoSyntax syntax;
    private final boolean vector;

    private ReadAction(IoSyntax syntax, boolean vector) {
        this.syntax = syntax;
        this.vector = vector;
    }

    static ReadAction plain() {
        return new ReadAction(new IoSyntax(CommandSyntax.of("read", "[-abCqv] [-P pattern [-s off] [-l len]] off len",
                "reads a number of bytes at a specified offset", OptionDeclaration.flag('a', "", "ignored"),
                IoFlags.MACHINE, LENGTH, IoFlags.FORMER, IoFlags.PATTERN, IoFlags.QUIET, START, IoFlags.DUMP,
                IoFlags.VM_STATE), 2, IoSyntax.ANY, Use.READ), false);
    }

    static ReadAction vectored() {
        return new ReadAction(new IoSyntax(CommandSyntax.of("readv", "[-Cqv] [-P pattern] off len [len..]",
                "reads a number of bytes at a specified offset", IoFlags.MACHINE, IoFlags.PATTERN, IoFlags.QUIET,
                IoFlags.DUMP), 2, IoSyntax.ANY, Use.READ), true);
    }

    static ReadAction asynchronous() {
        return new ReadAction(new IoSyntax(CommandSyntax.of("aio_read", "[-Ciqv] [-P pattern] off len [len..]",
                "asynchronously reads a number of bytes", IoFlags.MACHINE, IoFlags.INVALID,
                IoFlags.PATTERN, IoFlags.QUIET, IoFlags.DUMP), 2, IoSyntax.ANY, Use.READ), true);
    }

    @Override
    public IoSyntax syntax() {
        return syntax;
    }

    /**
     * What is expected of a read.
     *
     * @param value the byte
     * @param start where in the disk it is expected
     * @param bytes in how many bytes
     */
    private record Expected(byte value, long start, long bytes) {
        /** True where the part of a buffer that holds the range from an offset is as expected. */
        boolean holds(ByteBuffer buffer, long offset) {
            long from = Math.max(start - offset, 0);
            long to = Math.min(start + bytes - offset, buffer.limit());
            for (long i = from; i < to; i++) {
                if (buffer.get((int) i) != value) {
                    return false;
                }
            }
            return true;
        }
    }

    @Override
    public boolean run(IoSession session, Arguments arguments) throws IoRefusal, IOException {
        List<String> operands = arguments.operands();
        if (operands.size() < 2 || !vector && operands.size() > 2) {
            throw new IoRefusal(syntax.usage());
        }
        IoRange range = vector ? IoRange.vector(operands) : IoRange.of(operands);
        Optional<Expected> expected = expected(arguments, range);
        Source source = source(session, arguments, range);
        IoRequest request = () -> read(source, arguments, range, expected);
        if (!syntax.isAsynchronous()) {
            return session.print(request.run());
        }
        if (!arguments.has(IoFlags.INVALID)) {
            session.submit("readv", request);
        }
        return true;
    }

    private static Source source(IoSession session, Arguments arguments, IoRange range) throws IoRefusal {
        BlockBackend disk = session.disk();
        if (arguments.has(IoFlags.VM_STATE)) {
            range.aligned();
            return (offset, buffer) -> disk.operations().snapshots().readVmState(offset, buffer);
        }
        return (offset, buffer) -> {
            range.inside(disk);
            disk.read(offset, buffer);
        };
    }

    private Optional<Expected> expected(Arguments arguments, IoRange range) throws IoRefusal {
        Optional<String> pattern = arguments.value(IoFlags.PATTERN);
        if (pattern.isEmpty()) {
            if (arguments.has(LENGTH) || arguments.has(START)) {
                throw new IoRefusal(syntax.usage());
            }
            return Optional.empty();
        }
        byte value = IoNumbers.pattern(pattern.get());
        long start = IoNumbers.bytes(arguments.value(START).orElse("0"));
        long length = range.bytes() - start;
        if (arguments.has(LENGTH)) {
            length = IoNumbers.bytes(arguments.value(LENGTH).orElse("0"));
        }
        if (length < 0 || length > range.bytes() - start) {
            throw new IoRefusal("pattern verification range exceeds end of read data");
        }
        return Optional.of(new Expected(value, range.offset() + start, length));
    }

    private static IoRequest.Outcome read(Source source, Arguments arguments, IoRange range,
            Optional<Expected> expected) throws IOException {
        ByteBuffer buffer = IoRequests.buffer(range.bytes());
        StringBuilder text = new StringBuilder();
        boolean dumped = arguments.has(IoFlags.DUMP) && !arguments.has(IoFlags.QUIET);
        long nanos = 0;
        boolean verified = true;
        long at = range.offset();
        do {
            IoRequests.fill(buffer, UNTOUCHED);
            buffer.limit((int) Math.min(range.end() - at, IoRequests.PIECE));
            long begin = System.nanoTime();
            source.read(at, buffer);
            nanos += System.nanoTime() - begin;
            buffer.flip();
            if (verified && expected.isPresent() && !expected.get().holds(buffer, at)) {
                verified = false;
                text.insert(0, "Pattern verification failed at offset " + expected.get().start() + ", "
                        + expected.get().bytes() + " bytes\n");
            }
            if (dumped) {
                text.append(HexDump.of(buffer, at));
            }
            at += buffer.limit();
        } while (at < range.end());
        text.append(IoRequests.report(arguments, new IoReport("read", range.offset(), range.bytes(), nanos)));
        return new IoRequest.Outcome(text.toString(), verified);
    }

    /** Where bytes are read from: the disk or its machine state. */
    @FunctionalInterface
    private interface Source {
        void read(long offset, ByteBuffer buffer) throws IOException;
    }
}
