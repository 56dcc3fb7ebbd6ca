// SPDX-License-Identifier: Apache-2.0
/** Tests of the commands that explain a chain. */
package dev.varve.cli.chain;
