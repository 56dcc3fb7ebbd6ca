// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2;

import dev.varve.api.block.BlockException;
import dev.varve.drivers.qcow2.encryption.NewEncryption;
import dev.varve.drivers.qcow2.layout.BackingName;
import dev.varve.drivers.qcow2.layout.FeatureName;
import dev.varve.drivers.qcow2.layout.Features;
import dev.varve.drivers.qcow2.layout.Geometry;
import dev.varve.drivers.qcow2.layout.Header;
import dev.varve.drivers.qcow2.layout.HeaderExtension;
import dev.varve.drivers.qcow2.layout.HeaderExtension.EncryptionHeader;
import dev.varve.drivers.qcow2.layout.Tables;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the header of a new image says.
 *
 * @param geometry version, cluster size, refcount width and the kind of L2 entries
 * @param lazyRefcounts whether the image allows postponed refcounts
 * @param rawDataFile whether the external data file is a raw image of its own
 * @param compressionType 0 zlib, 1 zstd
 * @param backingFile the backing file's name
 * @param backingFormat its driver
 * @param dataFile the external data file's name
 * @param encryption how it is encrypted, if it is
 */
record HeaderPlan(Geometry geometry, boolean lazyRefcounts, boolean rawDataFile, int compressionType,
        Optional<String> backingFile, Optional<String> backingFormat, Optional<String> dataFile,
        Optional<NewEncryption> encryption) {
    /** Smaller first clusters go without the feature name table, as QEMU's. */
    private static final int MAX_CLUSTER_WITHOUT_NAMES = 4096;

    /** The header of an image of size 0 without an L1 table. */
    Header header() throws BlockException {
        Tables tables = new Tables(0, 0, geometry.clusterSize(), 1, 0, 0);
        int additional = geometry.version() < 3 ? 0 : Header.V3_BYTES - Header.V3_MIN_BYTES;
        ByteBuffer fields = ByteBuffer.allocate(additional);
        if (compressionType != 0) {
            fields.put(0, (byte) compressionType);
        }
        Features features = geometry.version() < 3 ? Features.NONE : features();
        Header plain = new Header(geometry, 0, encryption.map(NewEncryption::cryptMethod).orElse(0), features, tables,
                fields, extensions(), Optional.empty());
        if (backingFile.isEmpty()) {
            return plain;
        }
        int offset = plain.encode().remaining();
        return plain.withBacking(plain.extensions(), Optional.of(backingName(offset, backingFile.get())));
    }

    private Features features() {
        long incompatible = (compressionType != 0 ? Features.COMPRESSION_TYPE : 0)
                | (geometry.extendedL2() ? Features.EXTENDED_L2 : 0) | (geometry.dataFile() ? Features.DATA_FILE : 0);
        return new Features(incompatible, lazyRefcounts ? Features.LAZY_REFCOUNTS : 0,
                rawDataFile ? Features.RAW_DATA_FILE : 0);
    }

    private static BackingName backingName(int offset, String name) throws BlockException {
        if (name.getBytes(StandardCharsets.UTF_8).length > BackingName.MAX_BYTES) {
            throw BlockException.invalidOption("backing_file has more bytes than allowed, which is "
                    + BackingName.MAX_BYTES);
        }
        return new BackingName(offset, name);
    }

    private List<HeaderExtension> extensions() {
        List<HeaderExtension> extensions = new ArrayList<>();
        backingFormat.ifPresent(format -> extensions.add(new HeaderExtension.BackingFormat(format)));
        dataFile.ifPresent(name -> extensions.add(HeaderExtension.DataFileName.of(name)));
        encryption.filter(wanted -> wanted.headerBytes() > 0)
                .ifPresent(wanted -> extensions.add(new EncryptionHeader(0, wanted.headerBytes())));
        if (geometry.version() >= 3 && geometry.clusterSize() > MAX_CLUSTER_WITHOUT_NAMES) {
            extensions.add(new HeaderExtension.FeatureNames(FeatureName.STANDARD));
        }
        return extensions;
    }
}
