// SPDX-License-Identifier: Apache-2.0
/** The laws of the house: tests over the source tree and the built jars. A law reports every breach at once. */
package dev.varve.laws;
