// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.block;

/**
 * The sum of a check (QEMU's {@code ImageCheck}).
 *
 * @param corruptions how many places are corrupt
 * @param leaks how many clusters are leaked
 * @param checkErrors how many errors kept the check from completing
 * @param imageEndOffset the first byte in storage behind all that is in use
 * @param totalClusters how many guest clusters the image has
 * @param allocatedClusters how many of them are allocated
 * @param fragmentedClusters how many of those do not follow their predecessor in storage
 * @param compressedClusters how many of those are compressed
 * @param corruptionsFixed how many corrupt places were mended; they are counted in {@code corruptions} too
 * @param leaksFixed how many leaked clusters were freed; they are counted in {@code leaks} too
 * @param isStopped whether the check ended early, since what everything else depends on cannot be read: the other
 *        numbers say little then, and {@code checkErrors} is not 0
 */
public record CheckReport(long corruptions, long leaks, long checkErrors, long imageEndOffset, long totalClusters,
        long allocatedClusters, long fragmentedClusters, long compressedClusters, long corruptionsFixed,
        long leaksFixed, boolean isStopped) {
    /** A check that mended nothing. */
    public CheckReport(long corruptions, long leaks, long checkErrors, long imageEndOffset, long totalClusters,
            long allocatedClusters, long fragmentedClusters, long compressedClusters) {
        this(corruptions, leaks, checkErrors, imageEndOffset, totalClusters, allocatedClusters, fragmentedClusters,
                compressedClusters, 0, 0, false);
    }

    /**
     * This check of an image that was mended before.
     *
     * @param repair what was found and mended then
     * @return what is wrong now, and what was mended
     */
    public CheckReport afterRepair(CheckReport repair) {
        return new CheckReport(corruptions, leaks, checkErrors, imageEndOffset, totalClusters, allocatedClusters,
                fragmentedClusters, compressedClusters, repair.corruptionsFixed, repair.leaksFixed, isStopped);
    }

    /**
     * These numbers of a check that ended early.
     *
     * @return a report
     */
    public CheckReport asStopped() {
        return new CheckReport(corruptions, leaks, checkErrors, imageEndOffset, totalClusters, allocatedClusters,
                fragmentedClusters, compressedClusters, corruptionsFixed, leaksFixed, true);
    }

    /**
     * Tells whether nothing is wrong.
     *
     * @return true where no corruption, leak or error was found
     */
    public boolean isClean() {
        return corruptions == 0 && leaks == 0 && checkErrors == 0;
    }
}
