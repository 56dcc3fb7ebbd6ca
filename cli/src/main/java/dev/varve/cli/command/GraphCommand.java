// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.command;

import dev.varve.cli.disk.Disk;
import dev.varve.cli.disk.DiskAccess;
import dev.varve.cli.disk.DiskSource;
import dev.varve.cli.draw.GraphPicture;
import dev.varve.cli.option.Arguments;
import dev.varve.cli.option.CommandSyntax;
import dev.varve.cli.option.OptionDeclaration;
import dev.varve.cli.option.UsageException;
import dev.varve.cli.shell.Shell;
import java.io.IOException;
import java.util.List;

/** {@code graph}: draws the graph that a disk is assembled into. */
final class GraphCommand implements Command {
    private static final String TEXT = "text";
    private static final String JSON = "json";
    private static final String DOT = "dot";
    private static final String SVG = "svg";
    private static final OptionDeclaration OUTPUT = OptionDeclaration.value("output", "text|json|dot|svg",
            "draw a tree of lines, the default, or print JSON, DOT for Graphviz, or an SVG drawing");
    private static final OptionDeclaration WHOLE = OptionDeclaration.flag("full",
            "draw long chains whole; their middle is left out otherwise");
    private static final OptionDeclaration WRITABLE = OptionDeclaration.flag('w', "writable",
            "open the disk for writing, to see the permissions a writer needs");

    @Override
    public CommandSyntax syntax() {
        return CommandSyntax.of("graph", "DISK", "draw the graph that a disk is assembled into", DiskSource.FORMAT,
                DiskSource.IMAGE_OPTS, DiskSource.FORCE_SHARE, DiskSource.GRAPH, DiskSource.NODE, OUTPUT, WHOLE,
                WRITABLE, DiskSource.OBJECT);
    }

    @Override
    public int run(Arguments arguments, Shell shell) throws UsageException, IOException {
        String form = OutputFormat.of(arguments, OUTPUT, List.of(TEXT, JSON, DOT, SVG));
        DiskAccess access = arguments.has(WRITABLE) ? DiskAccess.WRITE : DiskAccess.READ;
        try (Disk disk = Disk.open(shell.layer(), DiskSource.only(arguments),
                access.withForceShare(arguments.has(DiskSource.FORCE_SHARE)))) {
            GraphPicture picture = new GraphPicture(disk.graph().nodes(), disk.backend().root(),
                    arguments.has(WHOLE));
            shell.out().print(switch (form) {
                case JSON -> picture.json();
                case DOT -> picture.dot();
                case SVG -> picture.svg();
                default -> picture.text();
            });
        }
        return OK;
    }
}
