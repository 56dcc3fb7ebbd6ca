// SPDX-License-Identifier: Apache-2.0
/** Driving QEMU's programs and reading what they print. */
package dev.varve.samples.qemu;
