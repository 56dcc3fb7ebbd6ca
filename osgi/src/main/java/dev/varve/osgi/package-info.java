// SPDX-License-Identifier: Apache-2.0
/** What a bundle can learn of disk graphs that Configuration Admin holds. */
@NullMarked
package dev.varve.osgi;

import org.jspecify.annotations.NullMarked;
