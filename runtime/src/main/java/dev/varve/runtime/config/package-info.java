// SPDX-License-Identifier: Apache-2.0
/**
 * From text to definitions, and from a definition to what one node is opened with: names, option strings and JSON as
 * QEMU takes them, the options that every node has, and what children inherit; graph files and their objects. Reads no
 * file but graph files, those that they include and those of secrets, and looks whether a file name is a device.
 */
@NullMarked
package dev.varve.runtime.config;

import org.jspecify.annotations.NullMarked;
