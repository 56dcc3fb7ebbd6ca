// SPDX-License-Identifier: Apache-2.0
/** Stand-ins for the runtime, and the few things that several tests of this module need. */
package dev.varve.drivers.raw.testing;
