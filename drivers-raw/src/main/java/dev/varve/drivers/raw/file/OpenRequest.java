// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw.file;

import dev.varve.api.block.BlockException;

/**
 * What to open and how.
 *
 * @param path the file's name
 * @param writable whether it is opened for writing too
 * @param direct whether the page cache is bypassed
 * @param device whether a block device is wanted, not a regular file
 */
record OpenRequest(String path, boolean writable, boolean direct, boolean device) {
    /**
     * Refuses what the driver is not made for. Pipes and terminals in particular: opening one may wait for ever.
     */
    void checkKind(boolean isRegular, boolean isDevice, boolean isDirectory) throws BlockException {
        if (device ? isDevice : isRegular) {
            return;
        }
        String wanted = device ? "driver 'host_device' requires a block device"
                : "driver 'file' requires a regular file" + (isDevice ? " (for devices: 'host_device')" : "");
        String found = isRegular ? "a regular file" : isDevice ? "a block device"
                : isDirectory ? "a directory" : "neither a regular file nor a block device";
        throw BlockException.invalidOption("could not open '" + path + "': it is " + found + ", " + wanted);
    }
}
