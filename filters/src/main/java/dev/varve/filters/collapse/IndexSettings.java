// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.collapse;

import java.util.OptionalLong;

/**
 * What an index may take and how it works.
 *
 * @param budget the memory
 * @param prefetch a span is found out as a whole when it is first touched
 * @param granularity bytes of a granule, a power of two; empty for the smallest cluster of the chain
 */
record IndexSettings(IndexBudget budget, boolean prefetch, OptionalLong granularity) {}
