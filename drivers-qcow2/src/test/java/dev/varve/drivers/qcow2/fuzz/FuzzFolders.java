// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.fuzz;

import java.nio.file.Path;

/** Where the fuzzer's files are, from the module's folder or the project's. */
final class FuzzFolders {
    private static final Path MODULE = Path.of("").toAbsolutePath().endsWith("drivers-qcow2") ? Path.of("")
            : Path.of("drivers-qcow2");

    /** Inputs that are kept: scripts of images. */
    static final Path IMAGES = MODULE.resolve("src/test/fuzz/image");
    /** Inputs that are kept: scripts of LUKS headers. */
    static final Path LUKS_HEADERS = MODULE.resolve("src/test/fuzz/luks");
    /** What a run leaves. */
    static final Path WORK = MODULE.resolve("target/fuzz");

    private FuzzFolders() {
    }
}
