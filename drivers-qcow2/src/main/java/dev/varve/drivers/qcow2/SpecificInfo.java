// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2;

import dev.varve.api.block.BitmapInfo;
import dev.varve.drivers.qcow2.layout.Features;
import dev.varve.drivers.qcow2.layout.Header;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The format's own facts, with the keys and in the order of {@code qemu-img info} ({@code ImageInfoSpecificQCow2}). */
final class SpecificInfo {
    private SpecificInfo() {
    }

    static Map<String, Object> of(Header header, List<BitmapInfo> bitmaps,
            Optional<Map<String, Object>> encryption) {
        Map<String, Object> facts = new LinkedHashMap<>();
        Features features = header.features();
        boolean v3 = header.geometry().version() >= 3;
        facts.put("compat", v3 ? "1.1" : "0.10");
        facts.put("compression-type", header.compressionType() == 0 ? "zlib" : "zstd");
        if (v3) {
            facts.put("lazy-refcounts", features.lazyRefcounts());
        }
        if (!bitmaps.isEmpty()) {
            facts.put("bitmaps", bitmaps.stream().map(SpecificInfo::of).toList());
        }
        facts.put("refcount-bits", (long) header.geometry().refcountWidth().bits());
        encryption.ifPresent(encrypt -> facts.put("encrypt", encrypt));
        if (v3) {
            facts.put("corrupt", features.hasIncompatible(Features.CORRUPT));
            facts.put("extended-l2", features.hasIncompatible(Features.EXTENDED_L2));
        }
        return facts;
    }

    private static Map<String, Object> of(BitmapInfo bitmap) {
        List<String> flags = new ArrayList<>();
        if (bitmap.inUse()) {
            flags.add("in-use");
        }
        if (bitmap.enabled()) {
            flags.add("auto");
        }
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("flags", flags);
        facts.put("name", bitmap.name());
        facts.put("granularity", bitmap.granularity());
        return facts;
    }
}
