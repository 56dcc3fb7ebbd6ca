// SPDX-License-Identifier: Apache-2.0
/** Filter nodes, one package each. */
package dev.varve.filters;
