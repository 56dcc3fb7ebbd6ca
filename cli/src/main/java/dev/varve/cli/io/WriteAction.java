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
                "asynchronously writes a number of bytes; done when it returns", IoFlags.MACHINE, IoFlags.FUA,
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
        if (operands.size() < 2 || (!vector || zeroes) && operands.size() > 2) {
            throw new IoRefusal(syntax.usage());
        }
        refuseContradictions(arguments, zeroes);
        long offset = IoNumbers.bytes(operands.get(0));
        long bytes;
        if (zeroes && arguments.has(IoFlags.NO_FALLBACK)) {
            bytes = IoNumbers.bytes(operands.get(1));
        } else {
            bytes = vector ? IoRequests.vectorBytes(operands) : IoNumbers.request(operands.get(1));
        }
        RequestFlags flags = flags(arguments, session);
        IoRequests.inside(session.disk(), offset, bytes);
        long begin = System.nanoTime();
        if (zeroes) {
            session.disk().writeZeroes(offset, bytes, flags);
        } else {
            write(session.disk(), offset, bytes, contents(arguments, bytes), flags);
        }
        IoRequests.report(session, arguments, new IoReport("wrote", offset, bytes, System.nanoTime() - begin));
        return true;
    }

    private static void refuseContradictions(Arguments arguments, boolean zeroes) throws IoRefusal {
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
        if (!Files.isReadable(path) || Files.size(path) == 0) {
            throw new IoRefusal(file.get() + ": cannot be read, or is empty");
        }
        byte[] pattern;
        try (java.io.InputStream in = Files.newInputStream(path)) {
            pattern = in.readNBytes((int) Math.min(bytes, IoRequests.PIECE));
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

    private static void write(BlockBackend disk, long offset, long bytes, ByteBuffer contents, RequestFlags flags)
            throws IOException {
        long at = offset;
        while (at < offset + bytes) {
            contents.clear().limit((int) Math.min(offset + bytes - at, contents.capacity()));
            int piece = contents.limit();
            disk.write(at, contents, flags);
            at += piece;
        }
    }
}
