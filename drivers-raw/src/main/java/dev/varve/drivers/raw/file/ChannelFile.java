// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw.file;

import dev.varve.api.block.BlockException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A file reached by nothing but {@code java.nio}: for other systems than Linux. Knows no holes and no locks.
 *
 * <p>The interrupt of a thread closes the channel it is using, for everybody. It is opened again then and the request
 * repeated, which is harmless because requests name their offset; the thread stays interrupted.
 */
final class ChannelFile implements HostFile {
    private final String name;
    private final Path path;
    private final Set<OpenOption> options;
    private final @Nullable Object identity;
    private final boolean device;
    private final int alignment;
    private final Object reopening = new Object();
    private volatile FileChannel channel;
    private volatile boolean closed;

    private interface Request<T> {
        T run(FileChannel open) throws IOException;
    }

    private ChannelFile(OpenRequest request, Path path, Set<OpenOption> options) throws IOException {
        this.name = request.path();
        this.path = path;
        this.options = options;
        this.identity = identity();
        this.device = request.device();
        this.alignment = request.direct() ? (int) Files.getFileStore(path).getBlockSize() : 1;
        this.channel = FileChannel.open(path, options);
    }

    /** Opens what exists. */
    static ChannelFile open(OpenRequest request) throws BlockException {
        Path path = ChannelErrors.path(request.path());
        try {
            checkKind(request, path);
            Set<OpenOption> options = new HashSet<>();
            options.add(StandardOpenOption.READ);
            if (request.writable()) {
                options.add(StandardOpenOption.WRITE);
            }
            if (request.direct()) {
                options.add(directOption());
            }
            return new ChannelFile(request, path, options);
        } catch (IOException e) {
            throw ChannelErrors.failure("open", request.path(), e);
        } catch (UnsupportedOperationException e) {
            throw BlockException.unsupported("could not open '" + request.path() + "' with cache.direct=on: "
                    + e.getMessage());
        }
    }

    /** Opens a regular file for writing that is made if it does not exist; does not cut it. */
    static ChannelFile create(String name) throws BlockException {
        Path path = ChannelErrors.path(name);
        OpenRequest request = new OpenRequest(name, true, false, false);
        try {
            if (Files.exists(path)) {
                checkKind(request, path);
            } else {
                Files.createFile(path);
            }
            return open(request);
        } catch (IOException e) {
            throw ChannelErrors.failure("create", name, e);
        }
    }

    private static void checkKind(OpenRequest request, Path path) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
        boolean unix = path.getFileSystem().supportedFileAttributeViews().contains("unix");
        boolean isDevice = attributes.isOther() && unix
                && ((Integer) Files.getAttribute(path, "unix:mode") & 0170000) == 0060000;
        request.checkKind(attributes.isRegularFile(), isDevice, attributes.isDirectory());
    }

    /** By name, because the module that has it need not be there. */
    private static OpenOption directOption() throws BlockException {
        try {
            Class<?> type = Class.forName("com.sun.nio.file.ExtendedOpenOption", false, null);
            for (Object option : type.getEnumConstants()) {
                if (option instanceof OpenOption found && option.toString().equals("DIRECT")) {
                    return found;
                }
            }
        } catch (ClassNotFoundException e) {
            throw BlockException.unsupported("cache.direct=on needs the module jdk.unsupported");
        }
        throw BlockException.unsupported("cache.direct=on is not offered by this Java");
    }

    private @Nullable Object identity() throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    }

    private <T> T repeat(String action, Request<T> request) throws BlockException {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                FileChannel current = channel;
                try {
                    return request.run(current);
                } catch (ClosedChannelException e) {
                    interrupted |= Thread.interrupted();
                    reopen(e);
                }
            }
        } catch (IOException e) {
            throw ChannelErrors.failure(action, name, e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void reopen(ClosedChannelException cause) throws IOException {
        synchronized (reopening) {
            if (closed) {
                throw cause;
            }
            if (channel.isOpen()) {
                // Another thread was quicker.
                return;
            }
            FileChannel opened = FileChannel.open(path, options);
            if (!Objects.equals(identity, identity())) {
                opened.close();
                throw new IOException("another file has taken its name");
            }
            channel = opened;
        }
    }

    @Override
    public String path() {
        return name;
    }

    @Override
    public boolean isDevice() {
        return device;
    }

    @Override
    public int requestAlignment() {
        return alignment;
    }

    @Override
    public int memoryAlignment() {
        return alignment;
    }

    @Override
    public int zeroAlignment() {
        return 1;
    }

    @Override
    public long length() throws BlockException {
        return repeat("find the size of", FileChannel::size);
    }

    @Override
    public void read(long offset, ByteBuffer dst) throws BlockException {
        int start = dst.position();
        repeat("read", open -> {
            dst.position(start);
            int last = 1;
            while (last > 0 && dst.hasRemaining() && (dst.position() - start & alignment - 1) == 0) {
                last = open.read(dst, offset + dst.position() - start);
            }
            return last;
        });
        while (dst.hasRemaining()) {
            dst.put((byte) 0);
        }
    }

    @Override
    public void write(long offset, ByteBuffer src) throws BlockException {
        int start = src.position();
        repeat("write", open -> {
            src.position(start);
            while (src.hasRemaining()) {
                open.write(src, offset + src.position() - start);
            }
            return start;
        });
    }

    @Override
    public void setLength(long length) throws BlockException {
        // A channel can only cut. This file cannot be closed by an interrupt: it is no channel.
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            if (!Objects.equals(identity, identity())) {
                throw new IOException("another file has taken its name");
            }
            file.setLength(length);
        } catch (IOException e) {
            throw ChannelErrors.failure("resize", name, e);
        }
    }

    @Override
    public boolean zeroRange(long offset, long bytes) {
        return false;
    }

    @Override
    public boolean punchHole(long offset, long bytes) {
        return false;
    }

    @Override
    public boolean allocate(long offset, long bytes) {
        return false;
    }

    @Override
    public boolean discard(long offset, long bytes) {
        return false;
    }

    @Override
    public long nextData(long offset) {
        return UNKNOWN;
    }

    @Override
    public long nextHole(long offset) {
        return UNKNOWN;
    }

    @Override
    public void sync() throws BlockException {
        repeat("flush", open -> {
            open.force(false);
            return open;
        });
    }

    @Override
    public long allocatedBytes() {
        return UNKNOWN;
    }

    @Override
    public long changeStamp() throws BlockException {
        try {
            return 31 * length() + Files.getLastModifiedTime(path).to(TimeUnit.NANOSECONDS);
        } catch (IOException e) {
            throw ChannelErrors.failure("find the time of the last change of", name, e);
        }
    }

    @Override
    public Optional<LockBytes> locks() {
        return Optional.empty();
    }

    @Override
    public void close() throws BlockException {
        synchronized (reopening) {
            closed = true;
            try {
                channel.close();
            } catch (IOException e) {
                throw ChannelErrors.failure("close", name, e);
            }
        }
    }
}
