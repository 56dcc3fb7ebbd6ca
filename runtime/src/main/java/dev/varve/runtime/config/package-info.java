// SPDX-License-Identifier: Apache-2.0
/**
 * From text to definitions, and from a definition to what one node is opened with: names, option strings and JSON as
 * QEMU takes them, the options that every node has, and what children inherit. Does no I/O but to look whether a file
 * name is a device.
 */
@NullMarked
package dev.varve.runtime.config;

import org.jspecify.annotations.NullMarked;
