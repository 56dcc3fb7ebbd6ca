// SPDX-License-Identifier: Apache-2.0
/**
 * The rules for drivers, as tests that a plugin author extends: {@link dev.varve.conformance.DriverConformance} for
 * protocols, {@link dev.varve.conformance.FormatConformance} for formats,
 * {@link dev.varve.conformance.FilterConformance} for filters. Each rule is one test; what a driver does not offer is
 * left out of its {@link dev.varve.conformance.Trait}s. A runtime has to be on the class path.
 */
package dev.varve.conformance;
