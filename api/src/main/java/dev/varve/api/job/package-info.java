// SPDX-License-Identifier: Apache-2.0
/** Long operations on an open graph. */
package dev.varve.api.job;
