// SPDX-License-Identifier: Apache-2.0
/** The {@code chain-collapse} filter: one index of a whole backing chain, built as it is used. */
package dev.varve.filters.collapse;
