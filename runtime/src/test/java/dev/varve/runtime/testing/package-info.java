// SPDX-License-Identifier: Apache-2.0
/** Drivers for tests. */
package dev.varve.runtime.testing;
