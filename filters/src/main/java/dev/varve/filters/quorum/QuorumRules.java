// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.quorum;

/**
 * When a request has succeeded.
 *
 * @param threshold how many children must agree or succeed, from 1 to their number
 * @param fifo reads ask the children in turn until one answers
 * @param verify a difference between the two children is a mismatch, not a vote
 * @param rewrite children that were outvoted are written with what won
 */
record QuorumRules(int threshold, boolean fifo, boolean verify, boolean rewrite) {}
