// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.io;

import dev.varve.api.block.RequestFlags;
import dev.varve.api.graph.BlockBackend;
import dev.varve.cli.option.Arguments;
import dev.varve.cli.option.CommandSyntax;
import dev.varve.cli.option.OptionDeclaration;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** {@code write}, {@code writev} and {@code aio_write}: writes a pattern, a file's bytes, or zeroes. */
final class WriteAction implements IoAction {
    private static final String USUAL_PATTERN = "0xcd";
    private static final OptionDeclaration SOURCE = OptionDeclaration.value('s', "", "source_file",
            "use a pattern file to fill the write buffer");

    private final IoSyntax syntax;
    private final boolean vector;

    private WriteAction(IoSyntax syntax, boolean vector) {
        this.syntax = syntax;
        this.vector = vector;
    }

    static WriteAction plain() {
        return new WriteAction(new IoSyntax(CommandSyntax.of("write",
                "[-bcCfnquz] [-P pattern | -s source_file] off len", "writes a number of bytes at a specified offset",
                IoFlags.MACHINE, IoFlags.FUA, IoFlags.NO_FALLBACK, IoFlags.FORMER, IoFlags.PATTERN, IoFlags.QUIET,
                SOURCE, IoFlags.UNMAP, IoFlags.ZEROES, IoFlags.COMPRESSED, IoFlags.VM_STATE), 2, IoSyntax.ANY,
                Use.WRITE), false);
    }

    static WriteAction vectored() {
        return new WriteAction(new IoSyntax(CommandSyntax.of("writev", "[-Cfq] [-P pattern] off len [len..]",
                "writes a number of bytes at a specified offset", IoFlags.MACHINE, IoFlags.FUA, IoFlags.PATTERN,
                IoFlags.QUIET), 2, IoSyntax.ANY, Use.WRITE), true);
    }

    static WriteAction asynchronous() {
        return new WriteAction(new IoSyntax(CommandSyntax.of("aio_write",
                "[-Cfiquz] [-P pattern] off len [len..]",
                "asynchronously writes a number of bytes", IoFlags.MACHINE, IoFlags.FUA,
                IoFlags.INVALID, IoFlags.PATTERN, IoFlags.QUIET, IoFlags.UNMAP, IoFlags.ZEROES), 2, IoSyntax.ANY,
                Use.WRITE), true);
    }

    @Override
    public IoSyntax syntax() {
        return syntax;
    }

    @Override
    public boolean run(IoSession session, Arguments arguments) throws IoRefusal, IOException {
        List<String> operands = arguments.operands();
        boolean zeroes = arguments.has(IoFlags.ZEROES);
        if (operands.size() < 2 || !vector && operands.size() > 2) {
            throw new IoRefusal(syntax.usage());
        }
        if (zeroes && operands.size() > 2) {
            throw new IoRefusal("-z supports only a single length parameter");
        }
        refuseContradictions(arguments, zeroes);
        IoRange range = zeroes && arguments.has(IoFlags.NO_FALLBACK) ? IoRange.unbounded(operands)
                : vector ? IoRange.vector(operands) : IoRange.of(operands);
        IoRequest request = request(session, arguments, range);
        if (!syntax.isAsynchronous()) {
            return session.print(request.run());
        }
        if (!arguments.has(IoFlags.INVALID)) {
            session.submit("aio_write", request);
        }
        return true;
    }

    private IoRequest request(IoSession session, Arguments arguments, IoRange range) throws IoRefusal, IOException {
        RequestFlags flags = flags(arguments, session);
        BlockBackend disk = session.disk();
        if (arguments.has(IoFlags.ZEROES)) {
            return () -> timed(arguments, range, () -> {
                range.inside(disk);
                disk.writeZeroes(range.offset(), range.bytes(), flags);
            });
        }
        boolean vmState = arguments.has(IoFlags.VM_STATE);
        if (vmState || arguments.has(IoFlags.COMPRESSED)) {
            range.aligned();
        }
        ByteBuffer contents = contents(arguments, range.bytes());
        if (vmState) {
            return () -> timed(arguments, range, () -> inPieces(range, contents,
                    disk.operations().snapshots()::writeVmState));
        }
        return () -> timed(arguments, range, () -> {
            range.inside(disk);
            inPieces(range, contents, (offset, piece) -> {
                session.checkWrite(offset, piece);
                disk.write(offset, piece, flags);
            });
        });
    }

    private static IoRequest.Outcome timed(Arguments arguments, IoRange range, Work work) throws IOException {
        long begin = System.nanoTime();
        work.run();
        long nanos = System.nanoTime() - begin;
        return new IoRequest.Outcome(
                IoRequests.report(arguments, new IoReport("wrote", range.offset(), range.bytes(), nanos)), true);
    }

    private static void refuseContradictions(Arguments arguments, boolean zeroes) throws IoRefusal {
        boolean vmState = arguments.has(IoFlags.VM_STATE);
        if (vmState && zeroes) {
            throw new IoRefusal("-b and -z cannot be specified at the same time");
        }
        if (arguments.has(IoFlags.FUA) && (vmState || arguments.has(IoFlags.COMPRESSED))) {
            throw new IoRefusal("-f and -b or -c cannot be specified at the same time");
        }
        for (OptionDeclaration option : List.of(IoFlags.NO_FALLBACK, IoFlags.UNMAP)) {
            if (arguments.has(option) && !zeroes) {
                throw new IoRefusal(option.display() + " requires -z to be specified");
            }
        }
        int fills = (zeroes ? 1 : 0) + (arguments.has(IoFlags.PATTERN) ? 1 : 0) + (arguments.has(SOURCE) ? 1 : 0);
        if (fills > 1) {
            throw new IoRefusal("Only one of -z, -P, and -s can be specified at the same time");
        }
    }

    private static RequestFlags flags(Arguments arguments, IoSession session) {
        RequestFlags flags = RequestFlags.NONE;
        if (arguments.has(IoFlags.FUA) || session.writeThrough()) {
            flags = flags.with(RequestFlags.FUA);
        }
        if (arguments.has(IoFlags.UNMAP)) {
            flags = flags.with(RequestFlags.MAY_UNMAP);
        }
        if (arguments.has(IoFlags.COMPRESSED)) {
            flags = flags.with(RequestFlags.COMPRESSED);
        }
        return arguments.has(IoFlags.NO_FALLBACK) ? flags.with(RequestFlags.NO_FALLBACK) : flags;
    }

    /** The bytes to write, repeated as often as they are needed. */
    private static ByteBuffer contents(Arguments arguments, long bytes) throws IoRefusal, IOException {
        Optional<String> file = arguments.value(SOURCE);
        if (file.isEmpty()) {
            ByteBuffer buffer = IoRequests.buffer(bytes);
            IoRequests.fill(buffer, IoNumbers.pattern(arguments.value(IoFlags.PATTERN).orElse(USUAL_PATTERN)));
            return buffer;
        }
        Path path = Path.of(file.get());
        if (!Files.isReadable(path)) {
            throw new IoRefusal(file.get() + ": No such file or directory");
        }
        byte[] pattern;
        try (java.io.InputStream in = Files.newInputStream(path)) {
            pattern = in.readNBytes((int) Math.min(bytes, IoRequests.PIECE));
        }
        if (pattern.length == 0) {
            throw new IoRefusal(file.get() + ": file is empty");
        }
        // As long as the request or a multiple of the file, so that repeating the buffer repeats the file.
        int length = (int) Math.min(bytes, Math.max(1L, IoRequests.PIECE / Math.max(1, pattern.length))
                * pattern.length);
        ByteBuffer buffer = ByteBuffer.allocateDirect(length);
        while (buffer.hasRemaining()) {
            buffer.put(pattern, 0, Math.min(pattern.length, buffer.remaining()));
        }
        return buffer;
    }

    private static void inPieces(IoRange range, ByteBuffer contents, Target target) throws IOException {
        long at = range.offset();
        do {
            contents.clear().limit((int) Math.min(range.end() - at, contents.capacity()));
            int piece = contents.limit();
            target.write(at, contents);
            at += piece;
        } while (at < range.end());
    }

    /** What the time is taken of. */
    @FunctionalInterface
    private interface Work {
        void run() throws IOException;
    }

    /** Where bytes are written to: the disk or its machine state. */
    @FunctionalInterface
    private interface Target {
        void write(long offset, ByteBuffer piece) throws IOException;
    }
}
