// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw.file;

import dev.varve.api.block.BlockException;

/**
 * The ways to reach files: Linux' own calls where they can be had, {@code java.nio} elsewhere and where the system
 * property {@value #PROPERTY} is {@code false}.
 */
enum HostFiles {
    /** System calls of Linux. */
    NATIVE {
        @Override
        HostFile open(OpenRequest request) throws BlockException {
            return NativeFile.open(request);
        }

        @Override
        HostFile create(String path) throws BlockException {
            return NativeFile.create(path);
        }
    },
    /** Channels. */
    CHANNEL {
        @Override
        HostFile open(OpenRequest request) throws BlockException {
            return ChannelFile.open(request);
        }

        @Override
        HostFile create(String path) throws BlockException {
            return ChannelFile.create(path);
        }
    };

    static final String PROPERTY = "dev.varve.native";

    /** Opens what exists. */
    abstract HostFile open(OpenRequest request) throws BlockException;

    /** Opens a regular file for writing that is made if it does not exist; does not cut it. */
    abstract HostFile create(String path) throws BlockException;

    /** The best way here and now. */
    static HostFiles best() {
        return Probe.NATIVE_WORKS && !"false".equals(System.getProperty(PROPERTY)) ? NATIVE : CHANNEL;
    }

    /** Tried once, when the first file is opened. */
    private static final class Probe {
        static final boolean NATIVE_WORKS = isKnownSystem() && callsWork();

        private static boolean isKnownSystem() {
            String architecture = System.getProperty("os.arch");
            return "Linux".equals(System.getProperty("os.name"))
                    && ("amd64".equals(architecture) || "aarch64".equals(architecture));
        }

        private static boolean callsWork() {
            try {
                return LinuxCalls.work();
            } catch (IllegalCallerException | LinkageError e) {
                // The caller loses locks with it: worth a word.
                Throwable why = e.getCause() == null ? e : e.getCause();
                System.getLogger(HostFiles.class.getPackageName()).log(System.Logger.Level.WARNING,
                        "image files are not locked and holes are not seen, native calls are not possible: " + why);
                return false;
            }
        }
    }
}
