// SPDX-License-Identifier: Apache-2.0
/** Encryption of qcow2 images: where the keys are, and how sectors are numbered ("Data encryption"). */
@NullMarked
package dev.varve.drivers.qcow2.encryption;

import org.jspecify.annotations.NullMarked;
