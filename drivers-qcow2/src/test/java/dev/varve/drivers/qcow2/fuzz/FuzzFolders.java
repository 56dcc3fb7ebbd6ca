// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.fuzz;

import java.nio.file.Path;

/** Where the fuzzer's files are, from the module's folder or the project's. */
final class FuzzFolders {
    private static final Path MODULE = Path.of("").toAbsolutePath().endsWith("drivers-qcow2") ? Path.of("")
            : Path.of("drivers-qcow2");

    /** Inputs that are kept. */
    static final Path INPUTS = MODULE.resolve("src/test/fuzz/image");
    /** What a run leaves. */
    static final Path WORK = MODULE.resolve("target/fuzz");

    private FuzzFolders() {
    }
}
