// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.spi;

/** The second half of {@link BlockNode#preparePermissions}: exactly one of the two is called. */
public interface PermissionChange {
    /** Nothing to do either way. */
    PermissionChange NOTHING = new PermissionChange() {
        @Override
        public void commit() {
        }

        @Override
        public void abort() {
        }
    };

    /** Gives up what the new permissions do not need. Must not fail. */
    void commit();

    /** Gives back what the preparation took. Must not fail. */
    void abort();
}
