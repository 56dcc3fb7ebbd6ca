// SPDX-License-Identifier: Apache-2.0
/** The protocols {@code http} and {@code https}, read-only. */
package dev.varve.drivers.raw.http;
