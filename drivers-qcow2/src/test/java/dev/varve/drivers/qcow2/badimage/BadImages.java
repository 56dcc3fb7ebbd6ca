// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.badimage;

import dev.varve.drivers.qcow2.badimage.BadImage.Outcome;
import dev.varve.drivers.qcow2.testimage.GoodImage;
import dev.varve.drivers.qcow2.testimage.ImageWords;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** All bad images, and how they are collected. */
public final class BadImages {
    private final List<BadImage> images = new ArrayList<>();

    /** Every one. */
    public static List<BadImage> all() {
        BadImages all = new BadImages();
        HeaderFields.addTo(all);
        HeaderTables.addTo(all);
        HeaderFeatures.addTo(all);
        HeaderExtensions.addTo(all);
        TruncatedFiles.addTo(all);
        MappingEntries.addTo(all);
        RefcountEntries.addTo(all);
        SnapshotEntries.addTo(all);
        return List.copyOf(all.images);
    }

    void openRefused(String name, Supplier<GoodImage> good, Consumer<ImageWords> damage, String message) {
        add(name, good, damage, Outcome.OPEN_REFUSED, message);
    }

    void openRefused(String name, Consumer<ImageWords> damage, String message) {
        add(name, BadImage::ordinary, damage, Outcome.OPEN_REFUSED, message);
    }

    void readRefused(String name, Supplier<GoodImage> good, Consumer<ImageWords> damage, String message) {
        add(name, good, damage, Outcome.READ_REFUSED, message);
    }

    void checkReports(String name, Supplier<GoodImage> good, Consumer<ImageWords> damage, String message) {
        add(name, good, damage, Outcome.CHECK_REPORTS, message);
    }

    private void add(String name, Supplier<GoodImage> good, Consumer<ImageWords> damage, Outcome outcome,
            String message) {
        images.add(new BadImage(name, good, damage, outcome, Pattern.compile(message)));
    }
}
