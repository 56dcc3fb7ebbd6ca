// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.io;

import static dev.varve.cli.option.OptionDeclaration.flag;
import static dev.varve.cli.option.OptionDeclaration.value;

import dev.varve.cli.option.OptionDeclaration;

/** The flags that several commands of {@code io} share. */
final class IoFlags {
    static final OptionDeclaration MACHINE = flag('C', "", "report statistics in a machine parsable format");
    static final OptionDeclaration QUIET = flag('q', "", "quiet mode, do not show I/O statistics");
    static final OptionDeclaration DUMP = flag('v', "", "dump buffer to standard output");
    static final OptionDeclaration INVALID = flag('i', "", "treat the request as invalid: it is not made");
    static final OptionDeclaration FORMER = flag('p', "", "ignored for backwards compatibility");
    static final OptionDeclaration FUA = flag('f', "", "use Force Unit Access semantics");
    static final OptionDeclaration ZEROES = flag('z', "", "write zeroes without a buffer");
    static final OptionDeclaration UNMAP = flag('u', "", "with -z, allow unmapping");
    static final OptionDeclaration NO_FALLBACK = flag('n', "", "with -z, don't allow slow fallback");
    static final OptionDeclaration PATTERN = value('P', "", "pattern", "a byte to fill the buffer with, or to expect");
    static final OptionDeclaration COMPRESSED = flag('c', "", "write compressed data");
    static final OptionDeclaration VM_STATE = flag('b', "", "use the VM state instead of the disk");

    private IoFlags() {
    }
}
