// SPDX-License-Identifier: Apache-2.0
/** Running other programs and seeing what they need. */
package dev.varve.samples.process;
