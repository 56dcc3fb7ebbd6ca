// SPDX-License-Identifier: Apache-2.0
package dev.varve.benchmarks.run;

import dev.varve.benchmarks.parts.ChainRequests;
import dev.varve.benchmarks.parts.FirstTouch;
import dev.varve.benchmarks.parts.L2Decode;
import dev.varve.benchmarks.result.Part;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs the JMH benchmarks. */
final class PartRuns {
    private static final double MICROS = 1e3;
    private static final String ALLOCATED = "gc.alloc.rate.norm";

    private PartRuns() {}

    static List<Part> run(boolean full) throws IOException {
        ChainedOptionsBuilder options = new OptionsBuilder().include(ChainRequests.class.getName())
                .include(FirstTouch.class.getName()).include(L2Decode.class.getName())
                .addProfiler(GCProfiler.class).verbosity(VerboseMode.SILENT);
        if (!full) {
            options.param("layers", "1", "100").param("shape", "scatter", "base")
                    .warmupTime(TimeValue.milliseconds(200)).measurementTime(TimeValue.milliseconds(200));
        }
        try {
            List<Part> parts = new ArrayList<>();
            for (RunResult result : new Runner(options.build()).run()) {
                parts.add(part(result));
            }
            return parts;
        } catch (RunnerException e) {
            throw new IOException("JMH: " + e.getMessage(), e);
        }
    }

    private static Part part(RunResult run) {
        Result<?> primary = run.getPrimaryResult();
        double unit = run.getParams().getTimeUnit() == TimeUnit.MICROSECONDS ? MICROS : 1;
        String name = run.getParams().getBenchmark();
        List<String> parameters = new ArrayList<>();
        for (String key : run.getParams().getParamsKeys()) {
            parameters.add(key + "=" + run.getParams().getParam(key));
        }
        double allocated = Double.NaN;
        for (Map.Entry<String, ?> secondary : run.getSecondaryResults().entrySet()) {
            if (secondary.getKey().endsWith(ALLOCATED) && secondary.getValue() instanceof Result<?> result) {
                allocated = result.getScore();
            }
        }
        String shortName = name.substring(name.lastIndexOf('.', name.lastIndexOf('.') - 1) + 1);
        return new Part(shortName, String.join(" ", parameters), primary.getScore() * unit,
                primary.getScoreError() * unit, allocated);
    }
}
