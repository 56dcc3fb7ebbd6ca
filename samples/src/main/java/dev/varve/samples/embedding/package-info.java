// SPDX-License-Identifier: Apache-2.0
/** Varve inside another program. */
package dev.varve.samples.embedding;
