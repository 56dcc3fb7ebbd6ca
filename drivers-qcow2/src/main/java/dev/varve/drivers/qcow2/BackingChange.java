// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.ImageReference;
import dev.varve.drivers.qcow2.layout.BackingName;
import dev.varve.drivers.qcow2.layout.Header;
import dev.varve.drivers.qcow2.layout.HeaderArea;
import dev.varve.drivers.qcow2.layout.HeaderExtension;
import dev.varve.drivers.qcow2.layout.HeaderExtension.BackingFormat;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Another backing file for an image (QEMU's {@code qcow2_change_backing_file}). All other extensions stay, in their
 * order, known or not.
 */
final class BackingChange {
    private BackingChange() {
    }

    /** The header with the reference, which fits into the first cluster; nothing is written here. */
    static Header of(Header old, Optional<ImageReference> reference) throws BlockException {
        Optional<String> format = reference.flatMap(ImageReference::format);
        if (format.isPresent()) {
            checkLength("backing file format", format.get(), BackingFormat.MAX_BYTES);
        }
        Header bare = old.withBacking(extensions(old, format), Optional.empty());
        Header changed = bare;
        if (reference.isPresent()) {
            String name = reference.get().name();
            checkLength("backing file name", name, BackingName.MAX_BYTES);
            changed = bare.withBacking(bare.extensions(), Optional.of(HeaderArea.place(old, bare, name)));
        }
        if (changed.end() > old.geometry().clusterSize()) {
            throw new BlockException(ErrorKind.NO_SPACE, "the header takes " + changed.end()
                    + " bytes with the backing file's name, allowed is at most one cluster of "
                    + old.geometry().clusterSize());
        }
        return changed;
    }

    private static void checkLength(String what, String text, int most) throws BlockException {
        int length = text.getBytes(StandardCharsets.UTF_8).length;
        if (length > most || text.indexOf('\0') >= 0) {
            throw BlockException.invalidOption(what + " '" + text + "' has " + length + " bytes, allowed are 1 to "
                    + most + " without a zero byte");
        }
    }

    private static List<HeaderExtension> extensions(Header old, Optional<String> format) {
        List<HeaderExtension> extensions = new ArrayList<>();
        boolean placed = format.isEmpty();
        for (HeaderExtension extension : old.extensions()) {
            if (!(extension instanceof BackingFormat)) {
                extensions.add(extension);
            } else if (!placed) {
                extensions.add(new BackingFormat(format.get()));
                placed = true;
            }
        }
        if (!placed) {
            extensions.add(0, new BackingFormat(format.get()));
        }
        return extensions;
    }
}
