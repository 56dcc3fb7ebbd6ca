// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.conformance;

/** What is broken in a toy, and the rule that has to see it. */
enum Fault {
    NONE("newImage_read_holdsWhatItShould"),
    READS_WHOLE_BLOCKS_PAST_THE_END("read_anyLengthAtBothEnds_returnsTheContent"),
    TELLS_A_WRONG_SIZE("size_ofBackendNodeAndInfo_isTheSame"),
    FORGETS_THE_POSITION_OF_READS("nodeRead_anyBuffer_isFilledToTheLimit"),
    ENCODES_IN_THE_CALLERS_BUFFER("nodeWrite_anyBuffer_isTakenToTheLimit"),
    WANTS_AN_ARRAY_BEHIND_THE_BUFFER("nodeWrite_anyBuffer_isTakenToTheLimit"),
    TELLS_STORAGE_WITHOUT_THE_HEADER("status_afterChanges_tellsTheContent"),
    TELLS_DATA_TO_BE_ZEROES("status_afterChanges_tellsTheContent"),
    TELLS_MORE_THAN_WAS_ASKED("nodeStatus_anyRange_keepsToIt"),
    TELLS_NOTHING_TO_BE_ALLOCATED("status_ofWhatWasWritten_isAllocated"),
    ROUNDS_ZEROES_OUTWARD("writeZeroes_anyFlags_readsAsZeroes"),
    ROUNDS_DISCARDS_OUTWARD("discard_anyLength_keepsToItsRange"),
    DROPS_FLUSHES("powerCut_anyMoment_losesNothingFlushed"),
    FLUSHES_BEFORE_IT_WRITES("powerCut_anyMoment_losesNothingFlushed"),
    FORGETS_ITS_CACHE("reopen_afterRandomOperations_keepsAll"),
    REWRITES_NEIGHBOURS("concurrentRequests_onNeighbours_doNotDisturbEachOther"),
    SWALLOWS_FAILED_WRITES("storage_failsOnce_losesNothingFlushed"),
    ALLOCATES_WHAT_THE_HEADER_SAYS("brokenImage_openedAndUsed_isRefusedOrWorks"),
    TAKES_ANY_BYTES_FOR_AN_IMAGE("probe_anyBytes_isCalm"),
    KEEPS_THE_CALLERS_BUFFER("nodeWrite_bufferUsedAgain_keepsWhatWasWritten"),
    LEAKS_BUFFERS("requests_manyTimes_leaveNoBuffers"),
    CLAIMS_FUA_AND_IGNORES_IT("powerCut_anyMoment_losesNothingFlushed"),
    WRITES_WHILE_READ_ONLY("readOnlyDisk_used_writesNothingToItsStorage"),
    FORGETS_WRITES_THAT_MEET_A_FLUSH("simulation_anySeed_losesNothing"),
    LOSES_A_FAILED_WRITE_BACK("simulation_withFaults_losesNothingFlushed"),
    LEAVES_A_THREAD("open_manyTimes_leavesNothingBehind"),
    LEAVES_A_FILE_OPEN("open_manyTimes_leavesNothingBehind");

    private final String rule;

    Fault(String rule) {
        this.rule = rule;
    }

    String rule() {
        return rule;
    }
}
