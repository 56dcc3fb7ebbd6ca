// SPDX-License-Identifier: Apache-2.0
/**
 * What a driver author implements and is given. A driver is a {@link dev.varve.api.spi.BlockDriver}; what it opens
 * extends {@link dev.varve.api.spi.ImageNode}, {@link dev.varve.api.spi.OverlayNode} or
 * {@link dev.varve.api.spi.FilterNode}; its only way down is a {@link dev.varve.api.spi.BlockChild}.
 */
package dev.varve.api.spi;
