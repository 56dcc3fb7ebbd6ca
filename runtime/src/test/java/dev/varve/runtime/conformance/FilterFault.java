// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.conformance;

/** What is broken in a toy filter, and the rule that has to see it. */
enum FilterFault {
    NONE("filter_opened_hasOneFilteredChild"),
    TAKES_A_ROLE_OF_ITS_OWN("filter_opened_hasOneFilteredChild"),
    SWALLOWS_FAILURES("failure_ofTheChild_comesThrough"),
    WRITES_WHERE_NOBODY_ASKED("changes_ofTheChild_keepToWhatWasAsked"),
    DROPS_ZEROES("writeZeroes_anyFlags_readsAsZeroes"),
    FORGETS_TO_RESIZE("size_changed_isTheChilds"),
    WRITES_BYTES_WITHOUT_FALLBACK("zeroes_withoutFallback_areNeverWrittenAsBytes"),
    PADS_READS_PAST_THE_END("read_anyLengthAtBothEnds_returnsTheContent"),
    LOSES_WRITES_WHILE_IT_FLUSHES("simulation_anySeed_losesNothing"),
    DROPS_FLUSHES("flush_afterWrites_reachesTheChild"),
    ROUNDS_THE_SIZE("size_changed_isTheChilds"),
    SHIFTS_THE_STATUS("status_ofNewImage_tellsTheContent");

    private final String rule;

    FilterFault(String rule) {
        this.rule = rule;
    }

    String rule() {
        return rule;
    }
}
