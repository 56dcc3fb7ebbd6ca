// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.command;

import dev.varve.api.block.ImageInfo;
import dev.varve.api.block.OpenPurpose;
import dev.varve.api.graph.NodeView;
import dev.varve.cli.disk.Disk;
import dev.varve.cli.disk.DiskAccess;
import dev.varve.cli.disk.DiskSource;
import dev.varve.cli.option.Arguments;
import dev.varve.cli.option.CommandSyntax;
import dev.varve.cli.option.OptionDeclaration;
import dev.varve.cli.option.UsageException;
import dev.varve.cli.shell.Shell;
import dev.varve.cli.text.JsonText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code info}: what an image tells of itself. */
final class InfoCommand implements Command {
    private static final OptionDeclaration CHAIN = OptionDeclaration.flag("backing-chain",
            "tell of every backing file as well");

    @Override
    public CommandSyntax syntax() {
        return CommandSyntax.of("info", "DISK", "print what an image tells of itself", DiskSource.FORMAT,
                DiskSource.IMAGE_OPTS, DiskSource.FORCE_SHARE, OutputFormat.OUTPUT, CHAIN, DiskSource.GRAPH,
                DiskSource.NODE, DiskSource.OBJECT).withNotes("Without --backing-chain backing files are not opened.");
    }

    @Override
    public int run(Arguments arguments, Shell shell) throws UsageException, IOException {
        boolean json = OutputFormat.isJson(arguments);
        boolean chain = arguments.has(CHAIN);
        DiskAccess access = DiskAccess.READ.withForceShare(arguments.has(DiskSource.FORCE_SHARE))
                .withPurpose(OpenPurpose.METADATA);
        List<ImageReport> reports = new ArrayList<>();
        try (Disk disk = Disk.open(shell.layer(), DiskSource.only(arguments),
                chain ? access : access.withoutBacking())) {
            List<NodeView> layers = chain ? disk.layers() : disk.layers().subList(0, 1);
            List<ImageInfo> infos = disk.infos(layers);
            for (int i = 0; i < infos.size(); i++) {
                reports.add(new ImageReport(disk.name(), layers.get(i).driver(), infos.get(i)));
            }
        }
        shell.out().print(json ? json(reports, chain) : human(reports));
        return OK;
    }

    private static String json(List<ImageReport> reports, boolean chain) {
        List<Map<String, Object>> members = new ArrayList<>();
        for (ImageReport report : reports) {
            members.add(report.json());
        }
        return JsonText.qemu(chain ? members : members.get(0)) + "\n";
    }

    private static String human(List<ImageReport> reports) {
        StringBuilder text = new StringBuilder();
        for (ImageReport report : reports) {
            text.append(text.isEmpty() ? "" : "\n").append(report.human());
        }
        return text.toString();
    }
}
