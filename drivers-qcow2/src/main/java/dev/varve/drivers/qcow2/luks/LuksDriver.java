// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.luks;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ChildRole;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.Measurement;
import dev.varve.api.block.OpenPurpose;
import dev.varve.api.block.Permission;
import dev.varve.api.block.Permissions;
import dev.varve.api.block.Preallocation;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockChild;
import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.BlockNode;
import dev.varve.api.spi.CreateContext;
import dev.varve.api.spi.MeasureContext;
import dev.varve.api.spi.NodeKind;
import dev.varve.api.spi.OpenContext;
import dev.varve.api.spi.OptionSchema;
import dev.varve.api.spi.OptionSpec;
import dev.varve.api.spi.OptionType;
import dev.varve.api.spi.Options;
import dev.varve.api.spi.PermissionPolicy;
import dev.varve.api.spi.ProbeHead;
import dev.varve.api.spi.ProbeScore;
import dev.varve.drivers.qcow2.crypto.LuksHeader;
import dev.varve.drivers.qcow2.crypto.LuksOptions;
import dev.varve.drivers.qcow2.crypto.LuksSettings;
import dev.varve.drivers.qcow2.crypto.LuksVolume;
import dev.varve.drivers.qcow2.crypto.SectorCipher;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** The format {@code luks}: a LUKS1 header and the encrypted disk behind it (QEMU's {@code block/crypto.c}). */
public final class LuksDriver implements BlockDriver {
    private static final String FILE = "file";
    private static final String PREALLOCATION = "preallocation";
    private static final Set<ChildRole> STORAGE = Set.of(ChildRole.DATA, ChildRole.METADATA, ChildRole.PRIMARY);
    private static final PermissionPolicy PASSED_ON = PermissionPolicy.forRoles(Set.of(ChildRole.FILTERED));
    private static final OptionSpec SECRET = OptionSpec.optional(LuksOptions.KEY_SECRET, OptionType.TEXT,
            "ID of the secret that provides the keyslot passphrase");
    private static final OptionSchema OPTIONS = OptionSchema.of("driver 'luks'",
            OptionSpec.required(FILE, OptionType.CHILD, "the node that the volume lies in"), SECRET);
    private static final OptionSchema CREATE_OPTIONS = new OptionSchema("creating with driver 'luks'",
            LuksOptions.ofCreating("")).and(List.of(SECRET,
                    OptionSpec.withDefault(PREALLOCATION, new OptionType.Choice(List.of("off", "falloc", "full")),
                            "off", "Preallocation mode (allowed values: off, falloc, full)")));
    private static final OptionSchema AMEND_OPTIONS =
            new OptionSchema("amending with driver 'luks'", LuksOptions.ofAmending(""));

    /** For {@link java.util.ServiceLoader}. */
    public LuksDriver() {
    }

    @Override
    public String name() {
        return "luks";
    }

    @Override
    public NodeKind kind() {
        return NodeKind.FORMAT;
    }

    @Override
    public OptionSchema options() {
        return OPTIONS;
    }

    @Override
    public OptionSchema createOptions() {
        return CREATE_OPTIONS;
    }

    @Override
    public OptionSchema amendOptions() {
        return AMEND_OPTIONS;
    }

    @Override
    public ProbeScore probe(ProbeHead head) {
        return LuksHeader.isLuks1(head.bytes()) ? ProbeScore.CERTAIN : ProbeScore.NONE;
    }

    @Override
    public BlockNode open(OpenContext context) throws IOException {
        BlockChild file = context.attach(FILE, STORAGE, LuksDriver::permissions);
        boolean locked = context.purpose() == OpenPurpose.METADATA;
        if (!locked) {
            requireSecret(context.options());
        }
        LuksVolume volume = LuksVolume.open(new ChildStorage(file));
        Optional<SectorCipher> cipher = locked ? Optional.empty() : Optional.of(unlock(volume, context));
        return LuksNode.of(file, volume, cipher, context);
    }

    /** A volume's header is not written but to change its keys: the disk can be shared as the file can be. */
    private static Permissions permissions(Permissions ofParent, boolean writable) {
        Permissions passed = PASSED_ON.forChild(ofParent, writable);
        EnumSet<Permission> used = EnumSet.of(Permission.CONSISTENT_READ);
        used.addAll(passed.used());
        return new Permissions(used, passed.shared());
    }

    private static SectorCipher unlock(LuksVolume volume, OpenContext context) throws IOException {
        byte[] passphrase = LuksNode.secrets(context).passphrase(context.options().text(LuksOptions.KEY_SECRET));
        byte[] key = volume.unlock(passphrase);
        SectorCipher cipher = volume.payloadCipher(key);
        Arrays.fill(key, (byte) 0);
        Arrays.fill(passphrase, (byte) 0);
        return cipher;
    }

    private static void requireSecret(Options options) throws BlockException {
        if (!options.has(LuksOptions.KEY_SECRET)) {
            throw BlockException.invalidOption("Parameter 'key-secret' is required for cipher");
        }
    }

    @Override
    public void create(CreateContext context) throws IOException {
        Options options = context.options();
        requireSecret(options);
        LuksSettings settings = LuksOptions.settings(options, "");
        byte[] passphrase = LuksNode.secrets(context).passphrase(options.text(LuksOptions.KEY_SECRET));
        Preallocation mode = Preallocation.valueOf(options.text(PREALLOCATION).toUpperCase(Locale.ROOT));
        long header = LuksHeader.payloadOffset(settings.cipher());
        BlockChild file = context.file();
        resize(file, LuksNode.fileSize(context.size(), header), mode);
        LuksVolume.format(new ChildStorage(file), settings, passphrase);
        file.flush();
    }

    private static void resize(BlockChild file, long size, Preallocation mode) throws IOException {
        try {
            file.truncate(size, mode, RequestFlags.NONE);
        } catch (BlockException e) {
            // A device's size is fixed: one that is large enough will do.
            boolean suffices = mode == Preallocation.OFF && file.size() >= size;
            if (e.kind() != ErrorKind.UNSUPPORTED || !suffices) {
                throw e;
            }
        }
    }

    /** What is not allocated is encrypted too: the size is the same for any content (QEMU's {@code measure}). */
    @Override
    public Measurement measure(MeasureContext context) throws IOException {
        requireSecret(context.options());
        LuksSettings settings = LuksOptions.settings(context.options(), "");
        long bytes = LuksNode.fileSize(context.size(), LuksHeader.payloadOffset(settings.cipher()));
        return new Measurement(bytes, bytes, OptionalLong.empty());
    }
}
