// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.io;

import dev.varve.cli.disk.CacheMode;
import dev.varve.cli.disk.DiskAccess;
import dev.varve.cli.disk.DiskSource;
import dev.varve.cli.disk.ErrorText;
import dev.varve.cli.option.Arguments;
import dev.varve.cli.option.CommandSyntax;
import dev.varve.cli.option.OptionDeclaration;
import dev.varve.cli.option.UsageException;
import java.io.IOException;
import java.util.Optional;

/** The commands of {@code io} that open and close disks. */
final class OpenActions {
    private static final OptionDeclaration READ_ONLY = OptionDeclaration.flag('r', "", "open file read-only");
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
            return new IoSyntax(CommandSyntax.of("open", "[-rnU] [-t cache] [-d discard] [-o options] [path]",
                    "open the file specified by path", READ_ONLY, NO_CACHE, SHARE, CACHE, DISCARD, OPTIONS), 0,
                    IoSyntax.ANY, Use.NOTHING);
        }

        @Override
        public boolean run(IoSession session, Arguments arguments) throws IoRefusal, IOException {
            if (session.isOpen()) {
                throw new IoRefusal("file open already, try 'help close'");
            }
            boolean named = arguments.operands().size() == 1;
            Optional<String> options = arguments.value(OPTIONS);
            if (arguments.operands().size() > 1 || !named && options.isEmpty()) {
                throw new IoRefusal(syntax().usage());
            }
            String path = named ? arguments.operands().get(0) : "";
            DiskSource source = new DiskSource.Named(path, Optional.empty(), false);
            if (options.isPresent()) {
                String file = named ? ",file.filename=" + path.replace(",", ",,") : "";
                source = new DiskSource.Named(options.get() + file, Optional.empty(), true);
            }
            session.open(source, access(arguments));
            return true;
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

    /** {@code reopen}: closes the disk and opens it again. */
    record Reopen() implements IoAction {
        private static final OptionDeclaration WRITABLE = OptionDeclaration.flag('w', "",
                "reopen the image read-write");
        private static final OptionDeclaration NEW_CACHE = OptionDeclaration.value('c', "", "cache",
                "change the cache mode to the given value");

        @Override
        public IoSyntax syntax() {
            return new IoSyntax(CommandSyntax.of("reopen", "[(-r|-w)] [-c cache]",
                    "reopens an image with new options", READ_ONLY, WRITABLE, NEW_CACHE,
                    OptionDeclaration.refused('o', "", "options", "reopening with other options")), 0, IoSyntax.ANY,
                    Use.READ);
        }

        @Override
        public boolean run(IoSession session, Arguments arguments) throws IoRefusal, IOException {
            if (arguments.has(READ_ONLY) && arguments.has(WRITABLE)) {
                throw new IoRefusal("Only one -r/-w option may be given");
            }
            DiskAccess access = session.access();
            try {
                Optional<String> cache = arguments.value(NEW_CACHE);
                if (cache.isPresent()) {
                    access = access.withCache(CacheMode.of(cache.get()));
                }
            } catch (UsageException e) {
                throw new IoRefusal(ErrorText.of(e));
            }
            if (arguments.has(READ_ONLY) || arguments.has(WRITABLE)) {
                access = new DiskAccess(arguments.has(WRITABLE), access.forceShare(), access.cache(),
                        access.discard(), access.backing(), access.shareWrites(), access.purpose());
            }
            session.reopen(access);
            return true;
        }
    }
}
