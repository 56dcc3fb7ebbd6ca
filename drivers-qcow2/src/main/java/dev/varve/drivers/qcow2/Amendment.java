// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.Preallocation;
import dev.varve.api.spi.Options;
import dev.varve.drivers.qcow2.allocation.Resizer;
import dev.varve.drivers.qcow2.allocation.WorkDone;
import dev.varve.drivers.qcow2.encryption.EncryptionOptions;
import dev.varve.drivers.qcow2.encryption.ImageEncryption;
import dev.varve.drivers.qcow2.layout.Features;
import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.Header;
import java.io.IOException;
import java.util.Optional;
import java.util.function.DoubleConsumer;

/**
 * Changes of properties that creation gave an image (QEMU's {@code qcow2_amend_options}), checked as a whole before
 * the first is made, and made in QEMU's order: each leaves an image that is whole.
 *
 * @param changes the given ones of {@link AmendOptions#SCHEMA}
 * @param force do what may lose the data
 * @param encryption the image's keys
 */
record Amendment(Options changes, boolean force, ImageEncryption encryption) {
    /** Makes the changes. */
    void run(AmendedImage image, DoubleConsumer progress) throws IOException {
        int version = version(image.header());
        int order = refcountOrder(image.header(), version);
        check(image.header(), version, order);
        Geometry before = image.header().geometry();
        int parts = (version == before.version() ? 0 : 1) + (order == before.refcountOrder() ? 0 : 1);
        AmendmentProgress done = new AmendmentProgress(progress, parts);
        if (version > before.version()) {
            whole(done.next(), image::upgrade);
        }
        if (EncryptionOptions.isAmending(changes)) {
            encryption.amend(changes, force);
        }
        if (order != before.refcountOrder()) {
            whole(done.next(), () -> image.changeRefcountOrder(order));
        }
        changeFeatures(image);
        if (changes.has(AmendOptions.SIZE)) {
            long size = changes.number(AmendOptions.SIZE);
            image.truncate(size + Resizer.SECTOR - 1 & -Resizer.SECTOR, Preallocation.OFF);
        }
        if (version < before.version()) {
            image.downgrade(done.next());
        }
    }

    /** A change that tells nothing while it is made. */
    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }

    private static void whole(WorkDone done, Step step) throws IOException {
        done.reached(0, 1);
        step.run();
        done.reached(1, 1);
    }

    private int version(Header header) throws BlockException {
        if (!changes.has(AmendOptions.COMPAT)) {
            return header.geometry().version();
        }
        String compat = changes.text(AmendOptions.COMPAT);
        return switch (compat) {
            case "0.10", "v2" -> 2;
            case "1.1", "v3" -> 3;
            default -> throw BlockException.invalidOption("Unknown compatibility level " + compat);
        };
    }

    private int refcountOrder(Header header, int version) throws BlockException {
        if (!changes.has(AmendOptions.REFCOUNT_BITS)) {
            return header.geometry().refcountOrder();
        }
        long bits = changes.number(AmendOptions.REFCOUNT_BITS);
        if (Long.bitCount(bits) != 1 || bits > 1 << Geometry.MAX_REFCOUNT_ORDER) {
            throw BlockException.invalidOption("Refcount width must be a power of two and may not exceed 64 bits");
        }
        int order = Long.numberOfTrailingZeros(bits);
        if (order != Geometry.DEFAULT_REFCOUNT_ORDER && version < 3) {
            throw BlockException.invalidOption("Refcount widths other than 16 bits require compatibility level 1.1 or "
                    + "above (use compat=1.1 or greater)");
        }
        return order;
    }

    private void check(Header header, int version, int order) throws BlockException {
        boolean lazy = changes.has(AmendOptions.LAZY_REFCOUNTS) && changes.flag(AmendOptions.LAZY_REFCOUNTS);
        if (lazy && version < 3) {
            throw BlockException.invalidOption("Lazy refcounts only supported with compatibility level 1.1 and above "
                    + "(use compat=1.1 or greater)");
        }
        boolean external = header.features().hasIncompatible(Features.DATA_FILE);
        if (changes.has(AmendOptions.DATA_FILE) && !external) {
            throw BlockException.invalidOption("data-file can only be set for images that use an external data file");
        }
        if (changes.has(AmendOptions.DATA_FILE_RAW) && changes.flag(AmendOptions.DATA_FILE_RAW)
                && (header.features().autoclear() & Features.RAW_DATA_FILE) == 0) {
            throw BlockException.invalidOption("data-file-raw cannot be set on existing images");
        }
        checkBacking(header);
        if (version < header.geometry().version()) {
            checkDowngrade(header, order);
        }
    }

    private void checkBacking(Header header) throws BlockException {
        if (!changes.has(AmendOptions.BACKING_FILE) && !changes.has(AmendOptions.BACKING_FMT)) {
            return;
        }
        Optional<String> file = changes.optionalText(AmendOptions.BACKING_FILE);
        Optional<String> format = changes.optionalText(AmendOptions.BACKING_FMT);
        boolean same = header.backing().map(name -> name.name()).equals(file)
                && header.backingFormat().equals(format);
        if (!same) {
            throw BlockException.unsupported("Cannot amend the backing file");
        }
    }

    private static void checkDowngrade(Header header, int order) throws BlockException {
        if (order != Geometry.DEFAULT_REFCOUNT_ORDER) {
            throw BlockException.unsupported("compat=0.10 requires refcount_bits=16");
        }
        if (header.features().hasIncompatible(Features.DATA_FILE)) {
            throw BlockException.unsupported("Cannot downgrade an image with a data file");
        }
        long others = header.features().incompatible() & ~Features.DIRTY;
        if (others != 0) {
            throw BlockException.unsupported("Cannot downgrade an image with incompatible features 0x"
                    + Long.toHexString(others) + " set");
        }
    }

    private void changeFeatures(AmendedImage image) throws IOException {
        Features features = image.header().features();
        Features changed = features;
        if (changes.has(AmendOptions.LAZY_REFCOUNTS)) {
            boolean lazy = changes.flag(AmendOptions.LAZY_REFCOUNTS);
            long compatible = lazy ? features.compatible() | Features.LAZY_REFCOUNTS
                    : features.compatible() & ~Features.LAZY_REFCOUNTS;
            changed = new Features(changed.incompatible(), compatible, changed.autoclear());
        }
        if (changes.has(AmendOptions.DATA_FILE_RAW) && !changes.flag(AmendOptions.DATA_FILE_RAW)) {
            changed = changed.withAutoclear(changed.autoclear() & ~Features.RAW_DATA_FILE);
        }
        if (!changed.equals(features)) {
            image.update(image.header().withFeatures(changed));
        }
        if (changes.has(AmendOptions.DATA_FILE)) {
            image.nameDataFile(changes.text(AmendOptions.DATA_FILE));
        }
    }
}
