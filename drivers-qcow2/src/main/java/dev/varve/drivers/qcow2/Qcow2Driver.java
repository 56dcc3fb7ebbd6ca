// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ChildRole;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.ImageReference;
import dev.varve.api.spi.BlockChild;
import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.BlockNode;
import dev.varve.api.spi.CreateContext;
import dev.varve.api.spi.NodeKind;
import dev.varve.api.spi.OpenContext;
import dev.varve.api.spi.OptionSchema;
import dev.varve.api.spi.ProbeHead;
import dev.varve.api.spi.ProbeScore;
import dev.varve.drivers.qcow2.check.OpenCheck;
import dev.varve.drivers.qcow2.encryption.EncryptionOptions;
import dev.varve.drivers.qcow2.encryption.ImageEncryption;
import dev.varve.drivers.qcow2.layout.Features;
import dev.varve.drivers.qcow2.layout.Header;
import dev.varve.drivers.qcow2.layout.HeaderReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;

/** The qcow2 format, versions 2 and 3 (QEMU's {@code block/qcow2.c}). */
public final class Qcow2Driver implements BlockDriver {
    private static final Set<ChildRole> STORAGE = Set.of(ChildRole.DATA, ChildRole.METADATA, ChildRole.PRIMARY);

    private static final OptionSchema AMEND_OPTIONS =
            new OptionSchema("amending 'qcow2'", EncryptionOptions.ofAmending());

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
        return AMEND_OPTIONS;
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
        Header header = HeaderReader.read(file);
        boolean writable = !context.settings().readOnly();
        if (writable) {
            checkWritable(header.features());
        }
        Qcow2Options options = new Qcow2Options(context.options());
        options.check(header);
        OpenCheck.run(header, file);
        ImageEncryption encryption = ImageEncryption.open(header, file, context);
        BlockChild backing = context.attachBacking(backingReference(header));
        BlockChild data = header.geometry().dataFile() ? context.attach(Qcow2Options.DATA_FILE, Set.of(ChildRole.DATA),
                header.dataFile().map(name -> new ImageReference(name, Optional.of("raw")))) : file;
        Qcow2Node.Children children = new Qcow2Node.Children(file, data, backing);
        return Qcow2Node.open(children, header, options, context.settings(), encryption);
    }

    static Optional<ImageReference> backingReference(Header header) {
        return header.backing().map(name -> new ImageReference(name.name(),
                header.backingFormat().filter(format -> !format.isEmpty())));
    }

    private static void checkWritable(Features features) throws BlockException {
        if (features.hasIncompatible(Features.CORRUPT)) {
            throw new BlockException(ErrorKind.READ_ONLY,
                    "the image is marked corrupt (incompatible feature bit 1); it can only be opened read-only");
        }
        if (features.hasIncompatible(Features.DIRTY)) {
            throw new BlockException(ErrorKind.READ_ONLY, "the image is dirty (incompatible feature bit 0): its "
                    + "refcounts may be wrong until it is repaired; it can only be opened read-only");
        }
    }

    @Override
    public void create(CreateContext context) throws IOException {
        new Qcow2CreateOptions(context.options(), context::secret).lay(context);
    }
}
