// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.block;

import java.util.OptionalLong;

/**
 * How much storage a new image takes ({@code qemu-img measure}).
 *
 * @param required bytes for the content it is made for
 * @param fullyAllocated bytes once everything in it was written
 * @param bitmaps bytes for the source's bitmaps, where both sides have them
 */
public record Measurement(long required, long fullyAllocated, OptionalLong bitmaps) {}
