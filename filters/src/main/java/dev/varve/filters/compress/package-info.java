// SPDX-License-Identifier: Apache-2.0
/** The {@code compress} filter: what is written is stored compressed. */
package dev.varve.filters.compress;
