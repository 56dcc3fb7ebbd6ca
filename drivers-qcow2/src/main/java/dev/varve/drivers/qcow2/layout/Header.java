// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.layout;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ErrorKind;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The header with its extensions and the backing file's name ("Header", "Header extensions").
 *
 * @param geometry version, cluster size and refcount width
 * @param size the virtual size in bytes, at least 0
 * @param cryptMethod 0 none, 1 AES, 2 LUKS
 * @param features none in version 2
 * @param tables where the tables are
 * @param additional the additional fields of version 3 from byte 104 to header_length, known and unknown
 * @param extensions in their order
 * @param backing the backing file's name
 */
public record Header(Geometry geometry, long size, int cryptMethod, Features features, Tables tables,
        ByteBuffer additional, List<HeaderExtension> extensions, Optional<BackingName> backing) {
    /** "QFI" and 0xfb. */
    public static final int MAGIC = 0x5146_49fb;
    /** The length of a version 2 header. */
    public static final int V2_BYTES = 72;
    /** The shortest version 3 header: the additional fields begin here. */
    public static final int V3_MIN_BYTES = 104;
    /** What QEMU 7.2 and this driver write: the additional field compression_type, padded. */
    public static final int V3_BYTES = 112;
    /** The first byte behind the reference to the backing file and cluster_bits, which no writer changes. */
    public static final int FIRST_MUTABLE_BYTE = 24;

    private static final int MAX_VERSION = 3;
    private static final int MAX_COMPRESSION_TYPE = 1;
    private static final int MAX_CRYPT_METHOD = 2;
    private static final byte[] USUAL_ADDITIONAL = new byte[V3_BYTES - V3_MIN_BYTES];
    private static final ByteBuffer SHARED_ADDITIONAL = ByteBuffer.wrap(USUAL_ADDITIONAL).asReadOnlyBuffer();

    /** Copies what is mutable. */
    public Header {
        byte[] copy = new byte[additional.remaining()];
        additional.get(additional.position(), copy);
        additional = Arrays.equals(copy, USUAL_ADDITIONAL) ? SHARED_ADDITIONAL
                : ByteBuffer.wrap(copy).asReadOnlyBuffer();
        extensions = List.copyOf(extensions);
    }

    @Override
    public ByteBuffer additional() {
        return additional.duplicate();
    }

    /**
     * Reads and checks a header.
     *
     * @param head the file from its first byte, at least up to the end of the header extensions and of the backing
     *        file's name or up to the end of the file (see {@link HeaderReader}); position and limit are not used
     *        but for the limit as the number of bytes
     * @param fileSize the size of the file in bytes
     * @return every number within its bounds, the tables inside the file and apart from each other; whether this
     *         driver can open the image is for the caller to judge by {@link #features} and {@link #cryptMethod}
     * @throws BlockException of kind CORRUPT that names field, value and range; of kind UNSUPPORTED for a version
     *         other than 2 and 3 and for unknown incompatible features, which it names
     */
    public static Header parse(ByteBuffer head, long fileSize) throws BlockException {
        return parse(head, fileSize, false);
    }

    /** As the other one; {@code repair} lets pass what a repair mends. */
    static Header parse(ByteBuffer head, long fileSize, boolean repair) throws BlockException {
        ByteBuffer in = head.slice(0, head.limit());
        int version = checkVersion(in);
        boolean v3 = version == MAX_VERSION;
        FieldChecks.range("bytes of the file for a version " + version + " header", in.limit(),
                v3 ? V3_MIN_BYTES : V2_BYTES, Long.MAX_VALUE);
        Geometry plain = Geometry.parse(version, in.getInt(20),
                v3 ? in.getInt(96) : Geometry.DEFAULT_REFCOUNT_ORDER);
        int length = v3 ? headerLength(in, plain) : V2_BYTES;
        long backingOffset = in.getLong(8);
        Optional<BackingName> backing = backingOffset == 0 ? Optional.empty()
                : Optional.of(BackingName.parse(in, backingOffset, Integer.toUnsignedLong(in.getInt(16)), length,
                        plain));
        int areaEnd = backing.map(BackingName::offset).orElse(plain.clusterSize());
        List<HeaderExtension> extensions = LastExtensions.parse(in, length, areaEnd);
        Features features = v3 ? Features.of(in.getLong(72), in.getLong(80), in.getLong(88)) : Features.NONE;
        checkFeatures(features, extensions);
        Geometry geometry = plain.with(features);
        long size = in.getLong(24);
        FieldChecks.range("size", size, 0, Long.MAX_VALUE);
        FieldChecks.range("crypt_method", Integer.toUnsignedLong(in.getInt(32)), 0, MAX_CRYPT_METHOD);
        Tables tables = new Tables(in.getLong(40), in.getInt(36), in.getLong(48), in.getInt(56), in.getLong(64),
                in.getInt(60));
        tables.check(geometry, size, fileSize, repair);
        ByteBuffer additional = v3 ? in.slice(V3_MIN_BYTES, length - V3_MIN_BYTES) : ByteBuffer.allocate(0);
        Header header = new Header(geometry, size, in.getInt(32), features, tables, additional, extensions, backing);
        header.checkCompressionType();
        return header;
    }

    private static int checkVersion(ByteBuffer in) throws BlockException {
        FieldChecks.range("bytes of the file for a qcow2 header", in.limit(), V2_BYTES, Long.MAX_VALUE);
        if (in.getInt(0) != MAGIC) {
            throw BlockException.corrupt("the image is not in qcow2 format: magic is "
                    + Hex.of(Integer.toUnsignedLong(in.getInt(0))) + ", allowed is "
                    + Hex.of(Integer.toUnsignedLong(MAGIC)));
        }
        int version = in.getInt(4);
        if (version < 2 || version > MAX_VERSION) {
            throw BlockException.unsupported("unsupported qcow2 version " + Integer.toUnsignedString(version)
                    + ", allowed is 2 to 3");
        }
        return version;
    }

    private static int headerLength(ByteBuffer in, Geometry geometry) throws BlockException {
        int length = in.getInt(100);
        long most = Math.min(geometry.clusterSize(), in.limit());
        FieldChecks.range("header_length", Integer.toUnsignedLong(length), V3_MIN_BYTES, most);
        if (length % Long.BYTES != 0) {
            throw BlockException.corrupt("header_length is " + length + ", allowed are multiples of 8");
        }
        return length;
    }

    private static void checkFeatures(Features features, List<HeaderExtension> extensions) throws BlockException {
        long unknown = features.incompatible() & ~Features.KNOWN_INCOMPATIBLE;
        if (unknown != 0) {
            List<FeatureName> names = extensions.stream().filter(HeaderExtension.FeatureNames.class::isInstance)
                    .flatMap(table -> ((HeaderExtension.FeatureNames) table).names().stream()).toList();
            throw BlockException.unsupported("unsupported qcow2 feature(s): "
                    + String.join(", ", FeatureName.ofIncompatible(unknown, names)) + "; incompatible_features is "
                    + Hex.of(features.incompatible()) + ", allowed are " + Hex.of(Features.KNOWN_INCOMPATIBLE));
        }
        if ((features.autoclear() & Features.RAW_DATA_FILE) != 0 && !features.hasIncompatible(Features.DATA_FILE)) {
            throw BlockException.corrupt("autoclear_features is " + Hex.of(features.autoclear())
                    + ", allowed with the raw external data bit is only an image with an external data file");
        }
    }

    private void checkCompressionType() throws BlockException {
        FieldChecks.range("compression_type", compressionType(), 0, MAX_COMPRESSION_TYPE);
        boolean bit = features.hasIncompatible(Features.COMPRESSION_TYPE);
        if (bit != (compressionType() != 0)) {
            throw BlockException.corrupt("compression_type is " + compressionType() + " with the compression type bit "
                    + (bit ? "set, allowed is 1" : "clear, allowed is 0"));
        }
    }

    /**
     * The name of the external data file.
     *
     * @return empty where the image holds none
     */
    public Optional<String> dataFile() {
        return extensions.stream().filter(HeaderExtension.DataFileName.class::isInstance)
                .map(extension -> ((HeaderExtension.DataFileName) extension).text()).findFirst();
    }

    /**
     * The length of the fixed part.
     *
     * @return header_length in version 3, 72 bytes in version 2
     */
    public int headerLength() {
        return geometry.version() < MAX_VERSION ? V2_BYTES : V3_MIN_BYTES + additional.remaining();
    }

    /**
     * How clusters are compressed.
     *
     * @return 0 zlib, 1 zstd
     */
    public int compressionType() {
        return additional.hasRemaining() ? Byte.toUnsignedInt(additional.get(0)) : 0;
    }

    /**
     * The driver that the image names for its backing file.
     *
     * @return empty where it names none
     */
    public Optional<String> backingFormat() {
        return extensions.stream().filter(HeaderExtension.BackingFormat.class::isInstance)
                .map(extension -> ((HeaderExtension.BackingFormat) extension).format())
                .reduce((earlier, last) -> last);
    }

    /**
     * Where the extensions end with their end marker.
     *
     * @return the first byte behind, at least the header's length
     */
    public int extensionsEnd() {
        return headerLength() + HeaderExtension.encodedBytes(extensions);
    }

    /**
     * Where all of the header ends: the extensions and the backing file's name.
     *
     * @return the first byte behind
     */
    public int end() {
        return backing.map(name -> Math.max(name.offset() + name.length(), extensionsEnd())).orElse(extensionsEnd());
    }

    /**
     * The whole header area.
     *
     * @return the fixed part, the extensions with their end marker and the backing file's name, as long as it takes
     * @throws BlockException of kind NO_SPACE if it does not fit into the first cluster
     */
    public ByteBuffer encode() throws BlockException {
        if (end() > geometry.clusterSize() || backing.isPresent() && backing.get().offset() < extensionsEnd()) {
            throw new BlockException(ErrorKind.NO_SPACE, "the header takes " + end()
                    + " bytes with its extensions, allowed is at most one cluster of " + geometry.clusterSize());
        }
        ByteBuffer out = ByteBuffer.allocate(end());
        encodeFixed(out);
        out.position(headerLength());
        HeaderExtension.encodeAll(extensions, out);
        backing.ifPresent(name -> out.put(name.offset(), BackingName.encoded(name.name()), 0, name.length()));
        return out.clear();
    }

    /**
     * The part of the header that a writer changes in place. It lies inside one sector, so it changes at once.
     *
     * @return from {@link #FIRST_MUTABLE_BYTE} to the end of the fields that every header of the version has
     */
    public ByteBuffer encodeMutable() {
        ByteBuffer out = ByteBuffer.allocate(headerLength());
        encodeFixed(out);
        int end = geometry.version() < MAX_VERSION ? V2_BYTES : V3_MIN_BYTES;
        return out.slice(FIRST_MUTABLE_BYTE, end - FIRST_MUTABLE_BYTE);
    }

    private void encodeFixed(ByteBuffer out) {
        out.putInt(0, MAGIC).putInt(4, geometry.version()).putInt(20, geometry.clusterBits());
        backing.ifPresent(name -> out.putLong(8, name.offset()).putInt(16, name.length()));
        out.putLong(24, size).putInt(32, cryptMethod).putInt(36, tables.l1Entries()).putLong(40, tables.l1Offset());
        out.putLong(48, tables.refcountTableOffset()).putInt(56, tables.refcountTableClusters());
        out.putInt(60, tables.snapshotCount()).putLong(64, tables.snapshotsOffset());
        if (geometry.version() == MAX_VERSION) {
            out.putLong(72, features.incompatible()).putLong(80, features.compatible());
            out.putLong(88, features.autoclear()).putInt(96, geometry.refcountOrder()).putInt(100, headerLength());
            out.put(V3_MIN_BYTES, additional, 0, additional.remaining());
        }
    }

    /**
     * This header with other tables.
     *
     * @param newTables where the tables are
     * @return a new header
     */
    public Header withTables(Tables newTables) {
        return new Header(geometry, size, cryptMethod, features, newTables, additional, extensions, backing);
    }

    /**
     * This header with another virtual size.
     *
     * @param newSize bytes
     * @return a new header
     */
    public Header withSize(long newSize) {
        return new Header(geometry, newSize, cryptMethod, features, tables, additional, extensions, backing);
    }

    /**
     * This header with other features.
     *
     * @param newFeatures the feature masks
     * @return a new header
     */
    public Header withFeatures(Features newFeatures) {
        return new Header(geometry, size, cryptMethod, newFeatures, tables, additional, extensions, backing);
    }

    /**
     * This header with another backing file.
     *
     * @param newExtensions the extensions with its format
     * @param newBacking its name, or empty for none
     * @return a new header
     */
    public Header withBacking(List<HeaderExtension> newExtensions, Optional<BackingName> newBacking) {
        return new Header(geometry, size, cryptMethod, features, tables, additional, newExtensions, newBacking);
    }
}
