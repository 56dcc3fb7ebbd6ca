// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.command;

import dev.varve.api.block.BitmapInfo;
import dev.varve.api.spi.BitmapStore;
import dev.varve.cli.disk.Disk;
import dev.varve.cli.disk.ErrorText;
import dev.varve.cli.option.HintedException;
import dev.varve.cli.shell.Shell;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The persistent dirty bitmaps that {@code convert --bitmaps} copies. */
final class CopiedBitmaps {
    private CopiedBitmaps() {
    }

    /** Those that can be copied; refuses those that cannot be trusted, or passes over them. */
    static List<BitmapInfo> of(Disk source, boolean skipBroken, Shell shell) throws IOException {
        List<BitmapInfo> copied = new ArrayList<>();
        for (BitmapInfo bitmap : source.backend().operations().bitmaps().list()) {
            if (!bitmap.inUse()) {
                copied.add(bitmap);
            } else if (skipBroken) {
                shell.warn("Skipping inconsistent bitmap '" + bitmap.name() + "'");
            } else {
                throw new HintedException("Cannot copy inconsistent bitmap '" + bitmap.name() + "'",
                        "Try --skip-broken-bitmaps, or use 'qemu-img bitmap --remove' to delete it\n");
            }
        }
        return copied;
    }

    /** Makes them in the target as they are in the source. */
    static void copy(List<BitmapInfo> bitmaps, Disk source, Disk target) throws IOException {
        for (BitmapInfo bitmap : bitmaps) {
            String name = bitmap.name();
            try {
                BitmapStore from = source.backend().operations().bitmaps();
                BitmapStore into = target.backend().operations().bitmaps();
                into.add(name, bitmap.granularity(), false);
                into.merge(name, from.content(name));
                if (bitmap.enabled()) {
                    into.enable(name, true);
                }
            } catch (IOException e) {
                throw new IOException("Failed to populate bitmap " + name + ": " + ErrorText.of(e), e);
            }
        }
    }
}
