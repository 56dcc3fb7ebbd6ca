// SPDX-License-Identifier: Apache-2.0
/** Reading of definitions: file names, option strings, JSON; the options every node has. */
package dev.varve.runtime.config;
