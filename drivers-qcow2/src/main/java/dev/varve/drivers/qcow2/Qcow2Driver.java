// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.CheckReport;
import dev.varve.api.block.ChildRole;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.ImageReference;
import dev.varve.api.block.Measurement;
import dev.varve.api.block.OpenPurpose;
import dev.varve.api.block.RepairScope;
import dev.varve.api.spi.BlockChild;
import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.BlockNode;
import dev.varve.api.spi.CreateContext;
import dev.varve.api.spi.MeasureContext;
import dev.varve.api.spi.NodeEvents;
import dev.varve.api.spi.NodeKind;
import dev.varve.api.spi.OpenContext;
import dev.varve.api.spi.OptionSchema;
import dev.varve.api.spi.ProbeHead;
import dev.varve.api.spi.ProbeScore;
import dev.varve.drivers.qcow2.check.OpenCheck;
import dev.varve.drivers.qcow2.allocation.HeaderStore;
import dev.varve.drivers.qcow2.encryption.ImageEncryption;
import dev.varve.drivers.qcow2.layout.Features;
import dev.varve.drivers.qcow2.layout.Header;
import dev.varve.drivers.qcow2.layout.HeaderReader;
import dev.varve.drivers.qcow2.mapping.HostFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;

/** The qcow2 format, versions 2 and 3 (QEMU's {@code block/qcow2.c}). */
public final class Qcow2Driver implements BlockDriver {
    private static final Set<ChildRole> STORAGE = Set.of(ChildRole.DATA, ChildRole.METADATA, ChildRole.PRIMARY);

    /** For {@link java.util.ServiceLoader}. */
    public Qcow2Driver() {
    }

    @Override
    public String name() {
        return "qcow2";
    }

    @Override
    public NodeKind kind() {
        return NodeKind.FORMAT;
    }

    @Override
    public OptionSchema options() {
        return Qcow2Options.SCHEMA;
    }

    @Override
    public OptionSchema createOptions() {
        return Qcow2CreateOptions.SCHEMA;
    }

    @Override
    public OptionSchema amendOptions() {
        return AmendOptions.SCHEMA;
    }

    @Override
    public ProbeScore probe(ProbeHead head) {
        ByteBuffer bytes = head.bytes();
        boolean ours = bytes.remaining() >= 2 * Integer.BYTES && bytes.getInt() == Header.MAGIC && bytes.getInt() >= 2;
        return ours ? ProbeScore.CERTAIN : ProbeScore.NONE;
    }

    @Override
    public BlockNode open(OpenContext context) throws IOException {
        BlockChild file = context.attach(Qcow2Options.FILE, STORAGE);
        if (context.purpose() == OpenPurpose.CHECK) {
            return openForCheck(context, file);
        }
        Header header = HeaderReader.read(file);
        boolean writable = !context.settings().readOnly();
        CorruptionMark corruption = new CorruptionMark(context.events(), writable);
        if (writable) {
            header = ready(header, file, context.events());
        }
        Qcow2Options options = new Qcow2Options(context.options());
        options.check(header);
        OpenCheck.run(header, file);
        ImageEncryption encryption = ImageEncryption.open(header, file, context);
        BlockChild backing = context.attachBacking(backingReference(header));
        Qcow2Node.Children children = new Qcow2Node.Children(file, dataFile(header, file, context), backing);
        return Qcow2Node.open(children, header, options, context.settings(),
                new Qcow2Node.Guards(encryption, corruption));
    }

    private static BlockChild dataFile(Header header, BlockChild file, OpenContext context) throws IOException {
        return header.geometry().dataFile() ? context.attach(Qcow2Options.DATA_FILE, Set.of(ChildRole.DATA),
                header.dataFile().map(name -> new ImageReference(name, Optional.of("raw")))) : file;
    }

    private static BlockNode openForCheck(OpenContext context, BlockChild file) throws IOException {
        Header header = HeaderReader.readForRepair(file);
        Qcow2Options options = new Qcow2Options(context.options());
        options.check(header);
        ImageEncryption encryption = ImageEncryption.open(header, file, context);
        BlockChild backing = context.attachBacking(backingReference(header));
        Qcow2Node.Children children = new Qcow2Node.Children(file, dataFile(header, file, context), backing);
        return Qcow2Node.openForCheck(children, header, options, context.settings(), encryption);
    }

    /** Refuses to write to a corrupt image and repairs a dirty one, as QEMU does when it opens them. */
    private static Header ready(Header header, BlockChild file, NodeEvents events) throws IOException {
        if (header.features().hasIncompatible(Features.CORRUPT)) {
            throw new BlockException(ErrorKind.READ_ONLY, "qcow2: Image is corrupt; cannot be opened read/write");
        }
        if (!header.features().hasIncompatible(Features.DIRTY)) {
            return header;
        }
        HostFile host = new HostFile(file, header.geometry());
        HeaderStore headers = new HeaderStore(host, header);
        CheckReport report = Repair.run(host, headers, RepairScope.ALL, finding -> events.message(finding.text()));
        if (report.checkErrors() > 0) {
            throw BlockException.corrupt("Could not repair dirty image: Input/output error");
        }
        return headers.header();
    }

    static Optional<ImageReference> backingReference(Header header) {
        return header.backing().map(name -> new ImageReference(name.name(),
                header.backingFormat().filter(format -> !format.isEmpty())));
    }

    @Override
    public Measurement measure(MeasureContext context) throws IOException {
        return new Qcow2CreateOptions(context.options(), id -> new byte[0]).measure(context.size(), context.source());
    }

    @Override
    public void create(CreateContext context) throws IOException {
        new Qcow2CreateOptions(context.options(), context::secret).lay(context);
    }
}
