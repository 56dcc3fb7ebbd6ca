// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.command;

import dev.varve.cli.bench.Bench;
import dev.varve.cli.bench.BenchOrder;
import dev.varve.cli.bench.BenchResult;
import dev.varve.cli.disk.CacheMode;
import dev.varve.cli.disk.Disk;
import dev.varve.cli.disk.DiskAccess;
import dev.varve.cli.disk.DiskSource;
import dev.varve.cli.option.Arguments;
import dev.varve.cli.option.CommandSyntax;
import dev.varve.cli.option.OptionDeclaration;
import dev.varve.cli.option.UsageException;
import dev.varve.cli.shell.Shell;
import dev.varve.cli.text.Decimal;
import dev.varve.cli.text.JsonText;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** {@code bench}: runs many requests and tells how long they took. */
final class BenchCommand implements Command {
    private static final int MAX_SIZE = Integer.MAX_VALUE / 512 * 512;
    private static final int MAX_DEPTH = 1024;
    private static final OptionDeclaration COUNT = OptionDeclaration.value('c', "count", "N",
            "how many requests, 75000 where it is not given");
    private static final OptionDeclaration DEPTH = OptionDeclaration.value('d', "depth", "N",
            "how many requests at once, 64 where it is not given; each has a thread, 1 runs without any");
    private static final OptionDeclaration SIZE = OptionDeclaration.value('s', "buffer-size", "SIZE",
            "the bytes of a request, 4k where it is not given");
    private static final OptionDeclaration STEP = OptionDeclaration.value('S', "step-size", "SIZE",
            "how far one request begins behind the one before it; the buffer size where it is not given");
    private static final OptionDeclaration OFFSET = OptionDeclaration.value('o', "offset", "OFFSET",
            "where the first request begins");
    private static final OptionDeclaration RANDOM = OptionDeclaration.flag("random",
            "let requests begin at random multiples of the buffer size");
    private static final OptionDeclaration SEED = OptionDeclaration.value("seed", "N",
            "what the random offsets come from, 1 where it is not given");
    private static final OptionDeclaration WRITE = OptionDeclaration.flag('w', "write",
            "write instead of reading: destroys the disk's content");
    private static final OptionDeclaration PATTERN = OptionDeclaration.value("pattern", "BYTE",
            "the byte that is written, 0 where it is not given");
    private static final OptionDeclaration FLUSH = OptionDeclaration.value("flush-interval", "N",
            "with -w: flush after each N requests");
    private static final OptionDeclaration NO_DRAIN = OptionDeclaration.flag("no-drain",
            "do not hold requests off during a flush");
    private static final OptionDeclaration COLD = OptionDeclaration.flag("cold",
            "measure at once, without warming up");
    private static final OptionDeclaration NO_CACHE = OptionDeclaration.flag('n', "native",
            "bypass the host's page cache, short for -t none");
    private static final OptionDeclaration CACHE = OptionDeclaration.value('t', "cache", "MODE",
            "how the host caches the image: writeback, the default, none, writethrough, directsync or unsafe");
    private static final OptionDeclaration AIO = OptionDeclaration.value('i', "aio", "MODE",
            "taken for the sake of qemu-img's users: requests are always made by threads");
    private static final OptionDeclaration QUIET = OptionDeclaration.flag('q', "quiet", "print nothing");

    private final boolean rich;

    /**
     * The command.
     *
     * @param rich whether it warms up and tells more than qemu-img does
     */
    BenchCommand(boolean rich) {
        this.rich = rich;
    }

    @Override
    public CommandSyntax syntax() {
        return CommandSyntax.of("bench", "DISK", "run many requests and tell how long they took", COUNT, DEPTH, SIZE,
                STEP, OFFSET, RANDOM, SEED, WRITE, PATTERN, FLUSH, NO_DRAIN, COLD, DiskSource.FORMAT,
                DiskSource.IMAGE_OPTS, DiskSource.FORCE_SHARE, NO_CACHE, CACHE, AIO, QUIET, OutputFormat.OUTPUT,
                DiskSource.GRAPH, DiskSource.NODE, DiskSource.OBJECT).withNotes(
                        "Unless --cold is given, the same loop runs before the measurement, reading, for two seconds, "
                                + "so that compiled code is measured; the output tells how many requests that were.");
    }

    @Override
    public int run(Arguments arguments, Shell shell) throws UsageException, IOException {
        boolean json = OutputFormat.isJson(arguments);
        boolean print = !arguments.has(QUIET) && !json;
        CacheMode cache = ConvertCommand.cache(arguments, CACHE,
                arguments.has(NO_CACHE) ? CacheMode.NONE : CacheMode.WRITEBACK);
        BenchOrder order = order(arguments, cache);
        DiskAccess access = (order.write() ? DiskAccess.WRITE : DiskAccess.READ).withCache(cache)
                .withForceShare(arguments.has(DiskSource.FORCE_SHARE));
        try (Disk disk = Disk.open(shell.layer(), DiskSource.only(arguments), access)) {
            if (disk.backend().size() < order.size()) {
                throw new UsageException("option --buffer-size: " + order.size() + " is more than the disk's "
                        + disk.backend().size() + " bytes");
            }
            if (print) {
                announce(order, shell);
            }
            BenchResult result = new Bench(disk.graph(), disk.backend()).run(order, rich && !arguments.has(COLD));
            if (print) {
                tell(result, shell);
            } else if (json) {
                shell.say(JsonText.of(members(result)));
            }
        }
        return OK;
    }

    private static BenchOrder order(Arguments arguments, CacheMode cache) throws UsageException {
        int count = arguments.number(COUNT, 75000, 1, Integer.MAX_VALUE);
        int depth = arguments.number(DEPTH, 64, 1, MAX_DEPTH);
        long size = arguments.size(SIZE, 4096);
        if (size < 1 || size > MAX_SIZE) {
            throw new UsageException("option --buffer-size: " + size + " is not allowed, it takes 1 to " + MAX_SIZE);
        }
        long step = arguments.size(STEP, size);
        boolean write = arguments.has(WRITE);
        int interval = arguments.number(FLUSH, 0, 0, Integer.MAX_VALUE);
        if (interval != 0 && !write) {
            throw new UsageException("option --flush-interval needs -w");
        }
        if (interval != 0 && interval < depth) {
            throw new UsageException("option --flush-interval: " + interval + " is less than the depth " + depth);
        }
        if (arguments.has(PATTERN) && !write) {
            throw new UsageException("option --pattern needs -w");
        }
        int pattern = arguments.number(PATTERN, 0, 0, 0xFF);
        int seed = arguments.number(SEED, 1, 0, Integer.MAX_VALUE);
        return new BenchOrder(count, depth, (int) size, step, arguments.size(OFFSET, 0), arguments.has(RANDOM), seed,
                write, (byte) pattern, interval, !arguments.has(NO_DRAIN), write && cache.writeThrough());
    }

    private static void announce(BenchOrder order, Shell shell) {
        String where = order.random() ? "random offsets, seed " + order.seed()
                : "starting at offset " + order.offset() + ", step size " + order.step();
        shell.say("Sending " + order.count() + " " + (order.write() ? "write" : "read") + " requests, " + order.size()
                + " bytes each, " + order.depth() + " in parallel (" + where + ")");
        if (order.flushInterval() > 0) {
            shell.say("Sending flush every " + order.flushInterval() + " " + (order.drain() ? "drained " : "")
                    + "requests");
        }
        shell.out().flush();
    }

    private void tell(BenchResult result, Shell shell) {
        if (result.warmUpRequests() > 0) {
            shell.say("Warmed up with " + result.warmUpRequests() + " read requests, not measured.");
        }
        shell.say("Run completed in " + Decimal.fixed(result.seconds(), 3) + " seconds.");
        if (!rich) {
            return;
        }
        shell.say(Decimal.fixed(result.requestsPerSecond(), 0) + " requests/s, "
                + Decimal.fixed(result.mebibytesPerSecond(), 1) + " MiB/s, "
                + Decimal.fixed(result.perRequest(result.allocatedBytes()), 1) + " bytes allocated and "
                + Decimal.fixed(result.perRequest(result.insertedVisits()), 3) + " insertion visits a request");
    }

    private static Map<String, Object> members(BenchResult result) {
        BenchOrder order = result.order();
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("requests", order.count());
        members.put("operation", order.write() ? "write" : "read");
        members.put("buffer-size", order.size());
        members.put("depth", order.depth());
        members.put("random", order.random());
        members.put("warm-up-requests", result.warmUpRequests());
        members.put("seconds", result.seconds());
        members.put("requests-per-second", result.requestsPerSecond());
        members.put("mib-per-second", result.mebibytesPerSecond());
        members.put("allocated-bytes-per-request", result.perRequest(result.allocatedBytes()));
        members.put("inserted-visits-per-request", result.perRequest(result.insertedVisits()));
        members.put("layer-visits-per-request", result.perRequest(result.layerVisits()));
        return members;
    }
}
