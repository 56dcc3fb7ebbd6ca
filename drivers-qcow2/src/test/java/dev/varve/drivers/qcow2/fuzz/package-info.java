// SPDX-License-Identifier: Apache-2.0
/** Images that a fuzzer makes, and what is done with each. */
package dev.varve.drivers.qcow2.fuzz;
