// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw.http;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.ImageInfo;
import dev.varve.api.block.Permission;
import dev.varve.api.block.Permissions;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockLimits;
import dev.varve.api.spi.ImageNode;
import dev.varve.api.spi.PermissionChange;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A file on a web server. Its size is that of the first answer; an answer that tells of another file is refused. */
final class WebNode extends ImageNode {
    private static final int NOTHING_THERE = 416;
    private static final int LONGEST = 8 << 20;
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (?:(\\d{1,18})-(\\d{1,18})|\\*)/(\\d{1,18})");
    private static final BlockLimits LIMITS = new BlockLimits(1, 1, LONGEST, 1, Long.MAX_VALUE, 1, Long.MAX_VALUE);

    private final WebFile file;
    private final int readAhead;
    private final long size;
    private final Optional<String> tag;
    private volatile Ahead ahead = new Ahead(-1, new byte[0]);

    /** What the last answer held beyond what was asked for; begins where the read before ended. */
    private record Ahead(long offset, byte[] bytes) {}

    WebNode(WebFile file, int readAhead) throws IOException {
        this.file = file;
        this.readAhead = readAhead;
        HttpResponse<byte[]> first = file.range(0, 1);
        this.size = range(first, 0);
        this.tag = first.headers().firstValue("ETag");
        if (first.statusCode() == NOTHING_THERE && size != 0) {
            throw new BlockException(ErrorKind.IO, "the server has no first byte of " + size);
        }
    }

    /** The size that an answer tells. */
    private static long range(HttpResponse<byte[]> response, long offset) throws BlockException {
        String text = response.headers().firstValue("Content-Range").orElse("");
        Matcher range = CONTENT_RANGE.matcher(text);
        if (!range.matches() || range.group(1) != null && Long.parseLong(range.group(1)) != offset) {
            throw new BlockException(ErrorKind.IO, "the server answered a request for bytes from " + offset
                    + " on with Content-Range '" + text + "', expected is 'bytes " + offset + "-LAST/SIZE'");
        }
        return Long.parseLong(range.group(3));
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public BlockLimits limits() {
        return LIMITS;
    }

    @Override
    public void read(long offset, ByteBuffer dst, RequestFlags flags) throws IOException {
        long position = offset;
        Ahead before = ahead;
        long into = position - before.offset;
        boolean goesOn = into >= 0 && into <= before.bytes.length;
        if (goesOn) {
            int piece = (int) Math.min(dst.remaining(), before.bytes.length - into);
            dst.put(before.bytes, (int) into, piece);
            position += piece;
        }
        if (dst.hasRemaining()) {
            int wanted = dst.remaining();
            int bytes = (int) Math.min(wanted + (goesOn ? (long) readAhead : 0), size - position);
            byte[] answer = ask(position, bytes);
            dst.put(answer, 0, wanted);
            ahead = new Ahead(position + wanted, Arrays.copyOfRange(answer, wanted, bytes));
        }
    }

    private byte[] ask(long offset, int bytes) throws IOException {
        HttpResponse<byte[]> response = file.range(offset, bytes);
        long told = range(response, offset);
        if (told != size || !tag.equals(response.headers().firstValue("ETag"))) {
            throw new BlockException(ErrorKind.CHANGED, "the file on the server has changed: " + told + " bytes, tag "
                    + response.headers().firstValue("ETag").orElse("none") + ", when it was opened " + size + " and "
                    + tag.orElse("none"));
        }
        if (response.body().length != bytes) {
            throw new BlockException(ErrorKind.IO, "the server sent " + response.body().length + " bytes of " + bytes);
        }
        return response.body();
    }

    @Override
    public ImageInfo info() {
        return ImageInfo.plain(file.url().toString(), size);
    }

    @Override
    public PermissionChange preparePermissions(Permissions cumulative) throws IOException {
        if (cumulative.uses(Permission.WRITE) || cumulative.uses(Permission.RESIZE)
                || cumulative.uses(Permission.WRITE_UNCHANGED)) {
            throw new BlockException(ErrorKind.READ_ONLY, "a file on a web server cannot be written");
        }
        return PermissionChange.NOTHING;
    }

    @Override
    public void close() {
        file.close();
    }
}
