// SPDX-License-Identifier: Apache-2.0
/** The protocols {@code null-co} and {@code null-aio}, which keep nothing. */
package dev.varve.drivers.raw.nothing;
