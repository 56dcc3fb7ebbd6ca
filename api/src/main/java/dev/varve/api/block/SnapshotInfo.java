// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.block;

import java.time.Instant;
import java.util.OptionalLong;

/**
 * An internal snapshot as an image tells of it ({@code qemu-img snapshot -l}).
 *
 * @param id unique in the image
 * @param name what the user called it
 * @param vmStateSize bytes of saved machine state, 0 for none
 * @param date when it was taken
 * @param vmClockNanos how long the machine had run, in nanoseconds
 * @param icount how many instructions it had run, where that is known
 * @param diskSize the disk's virtual size at the time, in bytes
 */
public record SnapshotInfo(String id, String name, long vmStateSize, Instant date, long vmClockNanos,
        OptionalLong icount, long diskSize) {}
