// SPDX-License-Identifier: Apache-2.0
/** Makes chains of stock qcow2 files whose content can be told from the offset alone. */
package dev.varve.samples.chain;
