// SPDX-License-Identifier: Apache-2.0
/** The long-chain experiment: the same disk in one layer and in hundreds, read by Varve and by QEMU. */
package dev.varve.samples.longchain;
