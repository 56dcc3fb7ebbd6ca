// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.command;

import dev.varve.api.block.ImageInfo;
import dev.varve.api.block.ImageReference;
import dev.varve.api.block.SnapshotInfo;
import dev.varve.cli.disk.LocalFile;
import dev.varve.cli.text.SizeText;
import dev.varve.cli.text.SnapshotTable;
import dev.varve.cli.text.SpecificText;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code info} prints of one image.
 *
 * @param given the name the disk was opened by, for images that have no name of their own
 * @param format the driver
 * @param info what the image tells
 */
record ImageReport(String given, String format, ImageInfo info) {
    private static final long NANOS = 1_000_000_000L;

    private String name() {
        return info.filename().isEmpty() ? given : info.filename();
    }

    /** The members in the order in which QEMU's visitor inserts them. */
    Map<String, Object> json() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("filename", name());
        members.put("format", format);
        members.put("dirty-flag", info.dirty());
        info.actualSize().ifPresent(size -> members.put("actual-size", size));
        members.put("virtual-size", info.size());
        info.clusterSize().ifPresent(size -> members.put("cluster-size", size));
        info.backing().ifPresent(backing -> {
            members.put("backing-filename", backing.name());
            members.put("full-backing-filename", LocalFile.beside(name(), backing.name()));
            backing.format().ifPresent(format -> members.put("backing-filename-format", format));
        });
        if (info.state().encrypted()) {
            members.put("encrypted", true);
        }
        if (!info.snapshots().isEmpty()) {
            members.put("snapshots", info.snapshots().stream().map(ImageReport::json).toList());
        }
        if (!info.specific().isEmpty()) {
            Map<String, Object> specific = new LinkedHashMap<>();
            specific.put("type", format);
            specific.put("data", info.specific());
            members.put("format-specific", specific);
        }
        return members;
    }

    private static Map<String, Object> json(SnapshotInfo snapshot) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("id", snapshot.id());
        members.put("name", snapshot.name());
        members.put("vm-state-size", snapshot.vmStateSize());
        members.put("date-sec", snapshot.date().getEpochSecond());
        members.put("date-nsec", (long) snapshot.date().getNano());
        members.put("vm-clock-sec", snapshot.vmClockNanos() / NANOS);
        members.put("vm-clock-nsec", snapshot.vmClockNanos() % NANOS);
        snapshot.icount().ifPresent(count -> members.put("icount", count));
        return members;
    }

    /** Lines, each ended. */
    String human() {
        StringBuilder text = new StringBuilder(256);
        text.append("image: ").append(name()).append("\nfile format: ").append(format).append("\nvirtual size: ")
                .append(SizeText.rounded(info.size())).append(" (").append(info.size()).append(" bytes)\ndisk size: ")
                .append(info.actualSize().isPresent() ? SizeText.rounded(info.actualSize().getAsLong())
                        : "unavailable")
                .append('\n');
        if (info.state().encrypted()) {
            text.append("encrypted: yes\n");
        }
        if (info.clusterSize().isPresent()) {
            text.append("cluster_size: ").append(info.clusterSize().getAsLong()).append('\n');
        }
        if (info.dirty()) {
            text.append("cleanly shut down: no\n");
        }
        Optional<ImageReference> backing = info.backing();
        if (backing.isPresent()) {
            backing(text, backing.get());
        }
        text.append(SnapshotTable.of(info.snapshots()));
        text.append(SpecificText.of(info.specific()));
        return text.toString();
    }

    private void backing(StringBuilder text, ImageReference backing) {
        String path = LocalFile.beside(name(), backing.name());
        text.append("backing file: ").append(backing.name())
                .append(path.equals(backing.name()) ? "" : " (actual path: " + path + ")").append('\n');
        if (backing.format().isPresent()) {
            text.append("backing file format: ").append(backing.format().get()).append('\n');
        }
    }
}
