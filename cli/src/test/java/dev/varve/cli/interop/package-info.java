// SPDX-License-Identifier: Apache-2.0
/** The real runtime with the real drivers, on real files, beside QEMU's tools. */
package dev.varve.cli.interop;
