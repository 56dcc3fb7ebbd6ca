// SPDX-License-Identifier: Apache-2.0
/** The {@code copy-on-read} filter: what is read from backing files is copied into the active layer. */
package dev.varve.filters.copyonread;
