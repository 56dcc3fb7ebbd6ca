// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.disk;

import dev.varve.api.block.BlockException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;

/** Failures in one line. */
public final class ErrorText {
    private ErrorText() {
    }

    /**
     * What a failure to open a disk says. The place is left out where its node has no name that a user gave.
     *
     * @param name the disk as the user named it
     * @param failure why it could not be opened
     * @return one line that names the disk once
     */
    public static String ofOpening(String name, IOException failure) {
        String text = of(failure);
        if (failure instanceof BlockException located && located.node().isPresent()
                && located.node().get().isGenerated()) {
            text = located.problem();
        }
        String prefix = "could not open '" + name + "'";
        return text.startsWith(prefix) ? text : prefix + ": " + text;
    }

    /**
     * What a failure says.
     *
     * @param failure any failure
     * @return one line, never empty
     */
    public static String of(Throwable failure) {
        if (failure instanceof UncheckedIOException unchecked && unchecked.getCause() != null) {
            return of(unchecked.getCause());
        }
        if (failure instanceof NoSuchFileException missing) {
            return missing.getFile() + ": no such file or directory";
        }
        if (failure instanceof AccessDeniedException denied) {
            return denied.getFile() + ": permission denied";
        }
        String message = failure.getMessage();
        return message == null || message.isEmpty() ? failure.getClass().getSimpleName() : message.replace('\n', ' ');
    }
}
