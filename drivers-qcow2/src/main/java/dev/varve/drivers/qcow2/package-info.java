// SPDX-License-Identifier: Apache-2.0
/** The qcow2 format. */
package dev.varve.drivers.qcow2;
