// SPDX-License-Identifier: Apache-2.0
/** The rules for drivers, filters and protocols, as tests that a plugin author extends. */
package dev.varve.conformance;
