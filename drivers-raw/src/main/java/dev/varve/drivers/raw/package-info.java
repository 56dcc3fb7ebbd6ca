// SPDX-License-Identifier: Apache-2.0
/** The raw format and the protocols of the local machine. */
package dev.varve.drivers.raw;
