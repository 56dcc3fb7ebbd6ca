// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** The kit lets sound drivers pass and catches each broken one by the rule that is meant for it. */
class KitTest {
    private static final int ATTEMPTS = 50;

    private static TestExecutionSummary run(DiscoverySelector tests) {
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create().execute(LauncherDiscoveryRequestBuilder.request().selectors(tests).build(), listener);
        return listener.getSummary();
    }

    private static List<String> failures(TestExecutionSummary summary) {
        return summary.getFailures().stream()
                .map(failure -> failure.getTestIdentifier().getDisplayName() + ": " + failure.getException()).toList();
    }

    @Test
    void soundFormat_underAllRules_passes() {
        ToyConformance.current = Fault.NONE;
        TestExecutionSummary summary = run(DiscoverySelectors.selectClass(ToyConformance.class));
        assertEquals(List.of(), failures(summary));
        assertTrue(summary.getTestsSucceededCount() > 30, () -> summary.getTestsSucceededCount() + " tests ran");
    }

    @Test
    void soundFilter_underAllRules_passes() {
        ToyFilterConformance.current = FilterFault.NONE;
        TestExecutionSummary summary = run(DiscoverySelectors.selectClass(ToyFilterConformance.class));
        assertEquals(List.of(), failures(summary));
        assertTrue(summary.getTestsSucceededCount() > 30, () -> summary.getTestsSucceededCount() + " tests ran");
    }

    /** Rules that let threads or dice decide need not catch a fault at once; the others do at the first attempt. */
    private static boolean isCaught(Class<?> toy, String rule) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            if (run(DiscoverySelectors.selectMethod(toy, rule)).getTestsFailedCount() == 1) {
                return true;
            }
        }
        return false;
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void brokenFormat_underTheRuleForIt_isCaught(Fault fault) {
        ToyConformance.current = fault;
        assertTrue(isCaught(ToyConformance.class, fault.rule()), () -> fault + " passed " + fault.rule());
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void brokenFilter_underTheRuleForIt_isCaught(FilterFault fault) {
        ToyFilterConformance.current = fault;
        assertTrue(isCaught(ToyFilterConformance.class, fault.rule()), () -> fault + " passed " + fault.rule());
    }
}
