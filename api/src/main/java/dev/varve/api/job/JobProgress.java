// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.job;

import java.time.Duration;
import java.util.Optional;

/**
 * How far a job is.
 *
 * @param done how many bytes of the disk it has dealt with, those included that needed nothing
 * @param total how many bytes it will have to deal with; grows with the disk
 * @param copied how many bytes it has written, zeroes included
 * @param elapsed the time it has worked, rests not included
 * @param left an estimate of the time it still needs; empty where there is nothing to judge by yet
 */
public record JobProgress(long done, long total, long copied, Duration elapsed, Optional<Duration> left) {
}
