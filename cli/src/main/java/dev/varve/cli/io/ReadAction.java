// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.io;

import dev.varve.api.graph.BlockBackend;
import dev.varve.cli.option.Arguments;
import dev.varve.cli.option.CommandSyntax;
import dev.varve.cli.option.OptionDeclaration;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** {@code read}, {@code readv} and {@code aio_read}: reads a range and verifies or dumps it. */
final class ReadAction implements IoAction {
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
                "asynchronously reads a number of bytes; done when it returns", IoFlags.MACHINE, IoFlags.INVALID,
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
        long offset = IoNumbers.bytes(operands.get(0));
        long bytes = vector ? IoRequests.vectorBytes(operands) : IoNumbers.request(operands.get(1));
        Optional<Expected> expected = expected(arguments, offset, bytes);
        IoRequests.inside(session.disk(), offset, bytes);
        return read(session, arguments, offset, bytes, expected);
    }

    private Optional<Expected> expected(Arguments arguments, long offset, long bytes) throws IoRefusal {
        Optional<String> pattern = arguments.value(IoFlags.PATTERN);
        if (pattern.isEmpty()) {
            if (arguments.has(LENGTH) || arguments.has(START)) {
                throw new IoRefusal(syntax.usage());
            }
            return Optional.empty();
        }
        byte value = IoNumbers.pattern(pattern.get());
        long start = IoNumbers.bytes(arguments.value(START).orElse("0"));
        long length = bytes - start;
        if (arguments.has(LENGTH)) {
            length = IoNumbers.bytes(arguments.value(LENGTH).orElse("0"));
        }
        if (length < 0 || length > bytes - start) {
            throw new IoRefusal("pattern verification range exceeds end of read data");
        }
        return Optional.of(new Expected(value, offset + start, length));
    }

    private static boolean read(IoSession session, Arguments arguments, long offset, long bytes,
            Optional<Expected> expected) throws IOException {
        BlockBackend disk = session.disk();
        ByteBuffer buffer = IoRequests.buffer(bytes);
        long nanos = 0;
        boolean verified = true;
        long at = offset;
        while (at < offset + bytes) {
            buffer.clear().limit((int) Math.min(offset + bytes - at, IoRequests.PIECE));
            long begin = System.nanoTime();
            disk.read(at, buffer);
            nanos += System.nanoTime() - begin;
            buffer.flip();
            if (verified && expected.isPresent() && !expected.get().holds(buffer, at)) {
                verified = false;
                session.shell().say("Pattern verification failed at offset " + expected.get().start() + ", "
                        + expected.get().bytes() + " bytes");
            }
            if (arguments.has(IoFlags.DUMP) && !arguments.has(IoFlags.QUIET)) {
                IoRequests.dump(session, buffer, at);
            }
            at += buffer.limit();
        }
        IoRequests.report(session, arguments, new IoReport("read", offset, bytes, nanos));
        return verified;
    }
}
