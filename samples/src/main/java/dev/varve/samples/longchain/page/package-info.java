// SPDX-License-Identifier: Apache-2.0
/** Writes the figures of the long-chain experiment as one self-contained HTML page. */
package dev.varve.samples.longchain.page;
