// SPDX-License-Identifier: Apache-2.0
/** Disk encryption: sector ciphers, the LUKS1 header and its key slots. Knows no image format. */
@NullMarked
package dev.varve.drivers.qcow2.crypto;

import org.jspecify.annotations.NullMarked;
