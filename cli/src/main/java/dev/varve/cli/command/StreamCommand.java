// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.command;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.NodeName;
import dev.varve.api.graph.NodeView;
import dev.varve.api.job.Job;
import dev.varve.api.job.JobProgress;
import dev.varve.api.job.StreamOptions;
import dev.varve.cli.disk.CacheMode;
import dev.varve.cli.disk.Disk;
import dev.varve.cli.disk.DiskAccess;
import dev.varve.cli.disk.DiskSource;
import dev.varve.cli.disk.LocalFile;
import dev.varve.cli.disk.RunningJob;
import dev.varve.cli.option.Arguments;
import dev.varve.cli.option.CommandSyntax;
import dev.varve.cli.option.OptionDeclaration;
import dev.varve.cli.option.UsageException;
import dev.varve.cli.shell.Shell;
import dev.varve.cli.text.Decimal;
import dev.varve.cli.text.JsonText;
import dev.varve.cli.text.SizeText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** {@code stream}: copies what a disk reads from its backing files into its own image. */
final class StreamCommand implements Command {
    private static final OptionDeclaration BASE = OptionDeclaration.value("base", "LAYER",
            "stop above this layer of the chain, which stays as the backing file: its file, as seen from here or from "
                    + "the disk's folder, or its node-name");
    private static final OptionDeclaration BACKING_FILE = OptionDeclaration.value("backing-file", "NAME",
            "with --base: the name of the base that is written into the image, as it is to stand there");
    private static final OptionDeclaration RATE = OptionDeclaration.value('r', "rate-limit", "SIZE",
            "copy at most so many bytes a second");
    private static final OptionDeclaration REQUESTS = OptionDeclaration.value('m', "parallel", "N",
            "how many requests of 1 MiB run at once, 1 to 16");
    private static final OptionDeclaration CACHE = OptionDeclaration.value('t', "cache", "MODE",
            "how the host caches the images: writeback, the default, none, writethrough, directsync or unsafe");
    private static final OptionDeclaration PROGRESS = OptionDeclaration.flag('p', "progress", "show progress");
    private static final OptionDeclaration QUIET = OptionDeclaration.flag('q', "quiet", "print nothing");
    private static final int MAX_REQUESTS = 16;

    @Override
    public CommandSyntax syntax() {
        return CommandSyntax.of("stream", "TOP", "copy what a disk reads from its backing files into its own image",
                DiskSource.FORMAT, DiskSource.IMAGE_OPTS, DiskSource.GRAPH, DiskSource.NODE, BASE, BACKING_FILE, RATE,
                REQUESTS, CACHE, OutputFormat.OUTPUT, PROGRESS, QUIET, DiskSource.OBJECT).withNotes(
                        "At the end the image names the base as its backing file, or none; the files of the layers "
                                + "in between stay, and are not needed by this disk any more.",
                        "The disk reads the same at any moment. When the command is interrupted or killed, the next "
                                + "run goes on where it stopped.",
                        "Exit codes: 0 the chain was streamed, 1 it was not.");
    }

    @Override
    public int run(Arguments arguments, Shell shell) throws UsageException, IOException {
        boolean json = OutputFormat.isJson(arguments);
        boolean quiet = arguments.has(QUIET);
        if (arguments.has(BACKING_FILE) && !arguments.has(BASE)) {
            throw new UsageException("option --backing-file needs --base");
        }
        StreamOptions options = StreamOptions.DEFAULT.withSpeed(arguments.size(RATE, 0))
                .withRequests(StreamOptions.DEFAULT.requestBytes(),
                        arguments.number(REQUESTS, StreamOptions.DEFAULT.inFlight(), 1, MAX_REQUESTS));
        DiskAccess access = DiskAccess.WRITE.withCache(ConvertCommand.cache(arguments, CACHE, CacheMode.WRITEBACK));
        try (RunningJob running = new RunningJob();
                Disk disk = Disk.open(shell.layer(), DiskSource.only(arguments), access)) {
            Optional<String> base = arguments.value(BASE);
            if (base.isPresent()) {
                options = options.withBase(layer(disk, base.get()));
            }
            Optional<String> backingFile = arguments.value(BACKING_FILE);
            if (backingFile.isPresent()) {
                options = options.withBackingFile(backingFile.get());
            }
            Job job = running.follow(disk.graph().stream(disk.backend().root(), options));
            Job.State state = arguments.has(PROGRESS) && !quiet ? watched(job, shell) : job.await();
            return tell(job.progress(), state, json, quiet, shell);
        }
    }

    private static NodeName layer(Disk disk, String wanted) throws BlockException {
        List<NodeView> layers = disk.layers();
        for (NodeView layer : layers) {
            if (layer.name().value().equals(wanted)) {
                return layer.name();
            }
        }
        String top = layers.get(0).filename();
        for (String name : List.of(wanted, LocalFile.beside(top, wanted))) {
            for (NodeView layer : layers) {
                if (!layer.filename().isEmpty() && LocalFile.same(Path.of(layer.filename()), Path.of(name))) {
                    return layer.name();
                }
            }
        }
        throw new BlockException(ErrorKind.NOT_FOUND, "'" + wanted + "' is not in the chain of '" + disk.name() + "'");
    }

    /** Shows the progress each time a part of a percent is reached. */
    private static Job.State watched(Job job, Shell shell) throws IOException {
        JobLine line = new JobLine(shell.out());
        try {
            while (!job.state().isFinal()) {
                line.show(job.progress());
                TimeUnit.MILLISECONDS.sleep(JobLine.MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            job.cancel();
        }
        Job.State state = job.await();
        line.show(job.progress());
        line.end();
        return state;
    }

    private static int tell(JobProgress progress, Job.State state, boolean json, boolean quiet, Shell shell) {
        boolean completed = state == Job.State.COMPLETED;
        double seconds = progress.elapsed().toNanos() / (double) TimeUnit.SECONDS.toNanos(1);
        if (json) {
            Map<String, Object> told = new LinkedHashMap<>();
            told.put("completed", completed);
            told.put("disk-bytes", progress.total());
            told.put("done-bytes", progress.done());
            told.put("copied-bytes", progress.copied());
            told.put("seconds", seconds);
            shell.say(JsonText.of(told));
        } else if (!quiet) {
            shell.say((completed ? "Streamed: " : "Cancelled: ") + SizeText.precise(progress.copied()) + " copied, "
                    + SizeText.precise(progress.done()) + " of " + SizeText.precise(progress.total())
                    + " dealt with, in " + Decimal.fixed(seconds, 2) + " seconds");
        }
        if (!completed) {
            shell.error("the stream was cancelled; the disk reads as before, and another run goes on");
        }
        return completed ? OK : FAILED;
    }
}
