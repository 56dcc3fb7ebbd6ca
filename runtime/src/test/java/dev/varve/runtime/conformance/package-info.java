// SPDX-License-Identifier: Apache-2.0
/** The conformance kit under test: it catches drivers that are broken on purpose, each by the rule meant for it. */
package dev.varve.runtime.conformance;
