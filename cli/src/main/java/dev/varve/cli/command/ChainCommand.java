// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.command;

import dev.varve.api.block.Extent;
import dev.varve.api.block.ImageInfo;
import dev.varve.api.graph.NodeView;
import dev.varve.cli.chain.ChainLedger;
import dev.varve.cli.chain.ChainText;
import dev.varve.cli.disk.Disk;
import dev.varve.cli.disk.DiskAccess;
import dev.varve.cli.disk.DiskSource;
import dev.varve.cli.draw.ChainMap;
import dev.varve.cli.draw.OwnerCells;
import dev.varve.cli.option.Arguments;
import dev.varve.cli.option.CommandSyntax;
import dev.varve.cli.option.OptionDeclaration;
import dev.varve.cli.option.UsageException;
import dev.varve.cli.shell.Shell;
import dev.varve.cli.text.JsonText;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** {@code chain}: what each layer of a disk still owns and costs. */
final class ChainCommand implements Command {
    private static final long USUAL_CLUSTER = 64 << 10;
    private static final OptionDeclaration SVG = OptionDeclaration.value("svg", "FILE",
            "draw a map of the disk, coloured by the layers that own it, into this file; an existing file is replaced "
                    + "only if it is an SVG drawing");

    @Override
    public CommandSyntax syntax() {
        return CommandSyntax.of("chain", "DISK", "list the layers of a disk with what each owns and costs",
                DiskSource.FORMAT, DiskSource.IMAGE_OPTS, DiskSource.FORCE_SHARE, OutputFormat.OUTPUT, SVG,
                DiskSource.GRAPH, DiskSource.NODE, DiskSource.OBJECT).withNotes(
                        "The extents of the disk are walked once; no data is read.");
    }

    @Override
    public int run(Arguments arguments, Shell shell) throws UsageException, IOException {
        boolean json = OutputFormat.isJson(arguments);
        DiskAccess access = DiskAccess.READ.withForceShare(arguments.has(DiskSource.FORCE_SHARE));
        try (Disk disk = Disk.open(shell.layer(), DiskSource.only(arguments), access)) {
            Optional<String> name = arguments.value(SVG);
            DrawingFile drawing = name.isPresent() ? DrawingFile.of(name.get(), disk) : null;
            List<NodeView> layers = disk.layers();
            long size = disk.backend().size();
            ChainLedger ledger = new ChainLedger(layers.size());
            List<ImageInfo> infos = disk.infos(layers);
            OwnerCells cells = new OwnerCells(size, layers.size(), smallestCluster(infos));
            for (Iterator<Extent> each = disk.backend().extents(0, size); each.hasNext();) {
                Extent extent = each.next();
                ledger.add(extent);
                cells.add(extent);
            }
            ChainText text = new ChainText(disk.name(), ledger.account(layers, infos));
            if (drawing != null) {
                drawing.write(ChainMap.svg(text, cells));
            }
            shell.out().print(json ? JsonText.of(text.json()) + "\n" : text.human());
        }
        return OK;
    }

    private static long smallestCluster(List<ImageInfo> infos) {
        return infos.stream().flatMapToLong(info -> info.clusterSize().stream())
                .filter(bytes -> bytes > 0).min().orElse(USUAL_CLUSTER);
    }
}
