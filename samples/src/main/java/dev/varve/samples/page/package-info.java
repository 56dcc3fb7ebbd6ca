// SPDX-License-Identifier: Apache-2.0
/** Pages that need nothing but themselves: the frame and the style that they have in common. */
package dev.varve.samples.page;
