// SPDX-License-Identifier: Apache-2.0
/** Samples that run and are tested. */
package dev.varve.samples;
