// SPDX-License-Identifier: Apache-2.0
/** Tests of what all drivers of this module have in common. */
package dev.varve.drivers.raw;
