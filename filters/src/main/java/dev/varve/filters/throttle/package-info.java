// SPDX-License-Identifier: Apache-2.0
/** The {@code throttle} filter and the groups whose limits its nodes share. */
package dev.varve.filters.throttle;
