// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.io;

import dev.varve.api.block.BlockException;
import dev.varve.api.graph.BlockLayer;
import dev.varve.api.graph.NodeDefinition;
import dev.varve.cli.disk.CacheMode;
import dev.varve.cli.disk.Disk;
import dev.varve.cli.disk.DiskAccess;
import dev.varve.cli.disk.DiskSource;
import dev.varve.cli.disk.ErrorText;
import dev.varve.cli.disk.FlatOptions;
import dev.varve.cli.option.Arguments;
import dev.varve.cli.option.CommandSyntax;
import dev.varve.cli.option.OptionDeclaration;
import dev.varve.cli.option.UsageException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The commands of {@code io} that open and close disks. */
final class OpenActions {
    private static final OptionDeclaration READ_ONLY = OptionDeclaration.flag('r', "", "open file read-only");
    private static final OptionDeclaration SNAPSHOT = OptionDeclaration.flag('s', "", "use snapshot file");
    private static final OptionDeclaration COPY_ON_READ = OptionDeclaration.flag('C', "", "use copy-on-read");
    private static final OptionDeclaration NATIVE = OptionDeclaration.flag('k', "", "short for -i native");
    private static final OptionDeclaration AIO = OptionDeclaration.value('i', "", "aio",
            "threads, native or io_uring; all do the same here");
    private static final OptionDeclaration NO_CACHE = OptionDeclaration.flag('n', "",
            "disable host cache, short for -t none");
    private static final OptionDeclaration SHARE = OptionDeclaration.flag('U', "", "force shared permissions");
    private static final OptionDeclaration CACHE = OptionDeclaration.value('t', "", "cache",
            "use the given cache mode for the image");
    private static final OptionDeclaration DISCARD = OptionDeclaration.value('d', "", "discard",
            "use the given discard mode for the image");
    private static final OptionDeclaration OPTIONS = OptionDeclaration.value('o', "", "options",
            "options to be given to the block driver");

    private OpenActions() {
    }

    /** {@code open}. */
    record Open() implements IoAction {
        @Override
        public IoSyntax syntax() {
            return new IoSyntax(CommandSyntax.of("open", "[-rsCnkU] [-t cache] [-d discard] [-o options] [path]",
                    "open the file specified by path", READ_ONLY, SNAPSHOT, COPY_ON_READ, NO_CACHE, SHARE, NATIVE,
                    AIO, CACHE, DISCARD, OPTIONS), 0, IoSyntax.ANY, Use.NOTHING);
        }

        @Override
        public boolean run(IoSession session, Arguments arguments) throws IoRefusal, IOException {
            List<String> operands = arguments.operands();
            List<String> options = arguments.values(OPTIONS);
            if (operands.size() > 1 || operands.isEmpty() && options.isEmpty()) {
                throw new IoRefusal(syntax().usage());
            }
            if (session.isImageOptions() && !options.isEmpty()) {
                throw new IoRefusal("--image-opts and 'open -o' are mutually exclusive");
            }
            DiskAccess access = access(arguments);
            if (session.isOpen()) {
                session.shell().error("file open already, try 'help close'");
                return false;
            }
            String path = operands.isEmpty() ? "" : operands.get(0);
            try {
                DiskSource source = source(session, path, options);
                session.open(source, access, arguments.has(COPY_ON_READ), arguments.has(SNAPSHOT));
            } catch (IOException e) {
                session.shell().error("can't open" + (path.isEmpty() ? "" : " device " + path) + ": "
                        + ErrorText.of(e));
                return false;
            }
            return true;
        }

        private static DiskSource source(IoSession session, String path, List<String> options)
                throws BlockException {
            if (options.isEmpty()) {
                return new DiskSource.Named(path, Optional.empty(), session.isImageOptions(), session.objects());
            }
            BlockLayer layer = session.shell().layer();
            NodeDefinition definition = layer.parseOptions(String.join(",", options));
            if (!path.isEmpty()) {
                definition = Disk.definition(layer, path, definition);
            }
            return new DiskSource.Defined(path.isEmpty() ? options.get(0) : path, definition, session.objects());
        }

        private static DiskAccess access(Arguments arguments) throws IoRefusal {
            try {
                DiskAccess access = arguments.has(READ_ONLY) ? DiskAccess.READ : DiskAccess.WRITE;
                String cache = arguments.value(CACHE).orElse(arguments.has(NO_CACHE) ? "none" : "writeback");
                return access.withForceShare(arguments.has(SHARE)).withCache(CacheMode.of(cache))
                        .withDiscard(IoSession.discard(arguments.value(DISCARD).orElse("unmap")));
            } catch (UsageException e) {
                throw new IoRefusal(ErrorText.of(e));
            }
        }
    }

    /** {@code close}. */
    record Close() implements IoAction {
        @Override
        public IoSyntax syntax() {
            return new IoSyntax(CommandSyntax.of("close", "", "close the current open file"), 0, 0, Use.READ);
        }

        @Override
        public boolean run(IoSession session, Arguments arguments) throws IOException {
            session.close();
            return true;
        }
    }

    /** {@code reopen}: opens the disk with other options, or leaves it as it is if they do not fit. */
    record Reopen() implements IoAction {
        private static final OptionDeclaration WRITABLE = OptionDeclaration.flag('w', "",
                "reopen the image read-write");
        private static final OptionDeclaration NEW_CACHE = OptionDeclaration.value('c', "", "cache",
                "change the cache mode to the given value");

        @Override
        public IoSyntax syntax() {
            return new IoSyntax(CommandSyntax.of("reopen", "[(-r|-w)] [-c cache] [-o options]",
                    "reopens an image with new options", READ_ONLY, WRITABLE, NEW_CACHE, OPTIONS), 0, IoSyntax.ANY,
                    Use.READ);
        }

        @Override
        public boolean run(IoSession session, Arguments arguments) throws IoRefusal {
            if (!arguments.operands().isEmpty()) {
                throw new IoRefusal(syntax().usage());
            }
            try {
                Map<String, @Nullable Object> options = new LinkedHashMap<>();
                if (arguments.has(OPTIONS)) {
                    options.putAll(FlatOptions.of(session.shell().layer()
                            .parseOptions(String.join(",", arguments.values(OPTIONS)))));
                }
                session.reopen(options, access(session.access(), arguments, options));
                return true;
            } catch (UsageException | IOException e) {
                session.shell().error(ErrorText.of(e));
                return false;
            }
        }

        /** The access that is asked for; as much of it as options can say is put there. */
        private static DiskAccess access(DiskAccess now, Arguments arguments, Map<String, @Nullable Object> options)
                throws UsageException {
            boolean direction = arguments.has(READ_ONLY) || arguments.has(WRITABLE);
            if (arguments.has(READ_ONLY) && arguments.has(WRITABLE)) {
                throw new UsageException("Only one -r/-w option may be given");
            }
            if (direction && options.containsKey("read-only")) {
                throw new UsageException("Cannot set both -r/-w and 'read-only'");
            }
            DiskAccess access = now;
            if (arguments.has(NEW_CACHE)) {
                if (options.containsKey("cache.direct") || options.containsKey("cache.no-flush")) {
                    throw new UsageException("Cannot set both -c and the cache options");
                }
                access = access.withCache(CacheMode.of(arguments.value(NEW_CACHE).orElseThrow()));
                options.put("cache.direct", access.cache().direct());
                options.put("cache.no-flush", access.cache().noFlush());
            }
            if (direction) {
                options.put("read-only", arguments.has(READ_ONLY));
            }
            Object readOnly = options.get("read-only");
            boolean writable = readOnly == null ? now.writable() : !isOn(readOnly);
            if (!writable && now.writable() && !direction) {
                throw new UsageException("a read-only block node cannot support read-write users: use -r");
            }
            return new DiskAccess(writable, access.forceShare(), access.cache(), access.discard(), access.backing(),
                    access.shareWrites(), access.purpose());
        }

        private static boolean isOn(Object value) {
            return Boolean.TRUE.equals(value) || value.equals("on") || value.equals("true");
        }
    }
}
