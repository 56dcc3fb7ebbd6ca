// SPDX-License-Identifier: Apache-2.0
/** What the long-chain experiment measures. */
package dev.varve.samples.longchain.figures;
