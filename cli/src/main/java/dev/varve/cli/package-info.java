// SPDX-License-Identifier: Apache-2.0
/** The command varve, and the drop-ins qemu-img and qemu-io. */
package dev.varve.cli;
