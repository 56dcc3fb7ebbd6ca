// SPDX-License-Identifier: Apache-2.0
/** Random work on a disk, what the disk must hold afterwards, and what it may hold after a power cut. */
package dev.varve.conformance.workload;
