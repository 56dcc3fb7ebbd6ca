// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.block;

/**
 * A persistent dirty bitmap as an image tells of it.
 *
 * @param name unique in the image
 * @param granularity bytes of the disk that one bit stands for, a power of two
 * @param enabled it records writes (the flag {@code auto})
 * @param inUse its content cannot be trusted: somebody had it in memory and did not store it (the flag
 *        {@code in-use}); it can only be removed
 */
public record BitmapInfo(String name, long granularity, boolean enabled, boolean inUse) {}
