// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.command;

import dev.varve.api.block.CheckReport;
import dev.varve.cli.text.Decimal;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What {@code check} prints of its sum.
 *
 * @param filename the image as the user named it
 * @param format the driver
 * @param report the sum
 */
record CheckText(String filename, String format, CheckReport report) {
    /** The members in the order in which QEMU's visitor inserts them. */
    Map<String, Object> json() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("filename", filename);
        members.put("format", format);
        members.put("check-errors", report.checkErrors());
        putCount(members, "image-end-offset", report.imageEndOffset());
        putCount(members, "corruptions", report.corruptions());
        putCount(members, "leaks", report.leaks());
        putCount(members, "corruptions-fixed", report.corruptionsFixed());
        putCount(members, "leaks-fixed", report.leaksFixed());
        putCount(members, "total-clusters", report.totalClusters());
        putCount(members, "allocated-clusters", report.allocatedClusters());
        putCount(members, "fragmented-clusters", report.fragmentedClusters());
        putCount(members, "compressed-clusters", report.compressedClusters());
        return members;
    }

    private static void putCount(Map<String, Object> members, String name, long count) {
        if (count != 0) {
            members.put(name, count);
        }
    }

    /** Lines, each ended. */
    String human() {
        StringBuilder text = new StringBuilder(256);
        if (report.isClean()) {
            text.append("No errors were found on the image.\n");
        }
        if (report.corruptions() != 0) {
            text.append('\n').append(report.corruptions()).append(" errors were found on the image.\n")
                    .append("Data may be corrupted, or further writes to the image may corrupt it.\n");
        }
        if (report.leaks() != 0) {
            text.append('\n').append(report.leaks()).append(" leaked clusters were found on the image.\n")
                    .append("This means waste of disk space, but no harm to data.\n");
        }
        if (report.checkErrors() != 0) {
            text.append('\n').append(report.checkErrors())
                    .append(" internal errors have occurred during the check.\n");
        }
        if (report.totalClusters() != 0 && report.allocatedClusters() != 0) {
            text.append(report.allocatedClusters()).append('/').append(report.totalClusters()).append(" = ")
                    .append(percent(report.allocatedClusters(), report.totalClusters())).append(" allocated, ")
                    .append(percent(report.fragmentedClusters(), report.allocatedClusters())).append(" fragmented, ")
                    .append(percent(report.compressedClusters(), report.allocatedClusters()))
                    .append(" compressed clusters\n");
        }
        if (report.imageEndOffset() != 0) {
            text.append("Image end offset: ").append(report.imageEndOffset()).append('\n');
        }
        return text.toString();
    }

    private static String percent(long part, long whole) {
        return Decimal.fixed(part * 100.0 / whole, 2) + "%";
    }
}
