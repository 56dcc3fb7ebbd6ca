// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.disk;

import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;

/** Failures in one line. */
public final class ErrorText {
    private ErrorText() {
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
