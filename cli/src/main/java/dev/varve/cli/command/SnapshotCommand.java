// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.command;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.SnapshotInfo;
import dev.varve.api.spi.SnapshotStore;
import dev.varve.cli.disk.Disk;
import dev.varve.cli.disk.DiskAccess;
import dev.varve.cli.disk.DiskSource;
import dev.varve.cli.disk.ErrorText;
import dev.varve.cli.disk.ProbedFormat;
import dev.varve.cli.option.Arguments;
import dev.varve.cli.option.CommandSyntax;
import dev.varve.cli.option.OptionDeclaration;
import dev.varve.cli.option.UsageException;
import dev.varve.cli.shell.Shell;
import dev.varve.cli.text.SnapshotTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** {@code snapshot}: the internal snapshots of an image. */
final class SnapshotCommand implements Command {
    private static final OptionDeclaration LIST = OptionDeclaration.flag('l', "list", "list the snapshots");
    private static final OptionDeclaration APPLY = OptionDeclaration.value('a', "apply", "SNAPSHOT",
            "put the disk back to this snapshot");
    private static final OptionDeclaration CREATE = OptionDeclaration.value('c', "create", "SNAPSHOT",
            "take a snapshot of this name");
    private static final OptionDeclaration DELETE = OptionDeclaration.value('d', "delete", "SNAPSHOT",
            "remove this snapshot");
    private static final OptionDeclaration QUIET = OptionDeclaration.flag('q', "quiet", "print nothing");
    private static final List<OptionDeclaration> ACTIONS = List.of(LIST, APPLY, CREATE, DELETE);

    @Override
    public CommandSyntax syntax() {
        return CommandSyntax.of("snapshot", "DISK", "list, take, apply or remove internal snapshots", LIST, APPLY,
                CREATE, DELETE, DiskSource.FORMAT, DiskSource.IMAGE_OPTS, DiskSource.FORCE_SHARE, QUIET,
                DiskSource.OBJECT).withNotes("SNAPSHOT is an id or a name.");
    }

    @Override
    public int run(Arguments arguments, Shell shell) throws UsageException, IOException {
        List<OptionDeclaration> actions = new ArrayList<>();
        for (OptionDeclaration action : ACTIONS) {
            for (int i = arguments.count(action); i > 0; i--) {
                actions.add(action);
            }
        }
        if (actions.size() > 1) {
            throw new UsageException("Cannot mix '-l', '-a', '-c', '-d'");
        }
        String name = arguments.onlyOperand("image file name");
        DiskSource source = DiskSource.named(arguments, name, DiskSource.FORMAT);
        OptionDeclaration action = actions.isEmpty() ? LIST : actions.get(0);
        DiskAccess access = action.equals(LIST) ? DiskAccess.READ : DiskAccess.WRITE;
        try (Disk disk = ProbedFormat.open(shell, source,
                access.withForceShare(arguments.has(DiskSource.FORCE_SHARE)))) {
            if (action.equals(LIST)) {
                shell.out().print(SnapshotTable.of(listed(disk)));
            } else {
                change(disk, action, arguments.value(action).orElse(""));
            }
        }
        return OK;
    }

    private static List<SnapshotInfo> listed(Disk disk) throws IOException {
        try {
            return disk.backend().operations().snapshots().list();
        } catch (BlockException e) {
            if (e.kind() == ErrorKind.UNSUPPORTED) {
                return List.of();
            }
            throw e;
        }
    }

    private static void change(Disk disk, OptionDeclaration action, String snapshot) throws IOException {
        try {
            SnapshotStore snapshots = disk.backend().operations().snapshots();
            if (action.equals(CREATE)) {
                snapshots.create(snapshot);
            } else if (action.equals(APPLY)) {
                snapshots.apply(snapshot);
            } else {
                snapshots.delete(snapshot);
            }
        } catch (IOException e) {
            throw new IOException("Could not " + action.name() + " snapshot '" + snapshot + "': " + ErrorText.of(e),
                    e);
        }
    }
}
