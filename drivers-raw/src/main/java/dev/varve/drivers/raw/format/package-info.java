// SPDX-License-Identifier: Apache-2.0
/** The format {@code raw}. */
package dev.varve.drivers.raw.format;
