// SPDX-License-Identifier: Apache-2.0
/** Long chains through the whole of Varve. */
package dev.varve.cli.chain;
