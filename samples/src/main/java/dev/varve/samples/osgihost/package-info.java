// SPDX-License-Identifier: Apache-2.0
/** A program that runs Varve's bundles in an OSGi framework. */
package dev.varve.samples.osgihost;
