// SPDX-License-Identifier: Apache-2.0
/** The filter {@code cache}: blocks of slow storage, kept in memory. */
package dev.varve.filters.cache;
