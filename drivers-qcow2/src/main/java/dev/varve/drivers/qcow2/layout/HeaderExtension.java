// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.qcow2.layout;

import dev.varve.api.block.BlockException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A header extension ("Header extensions"): a type, a length, data, and padding to a multiple of 8 bytes. */
public sealed interface HeaderExtension {
    /** The type that ends the area. */
    int END = 0;

    /**
     * Its type.
     *
     * @return the magic number
     */
    int type();

    /**
     * Its data without padding.
     *
     * @return a read-only buffer from position 0
     */
    ByteBuffer data();

    /**
     * The driver of the backing file.
     *
     * @param format at most 15 bytes
     */
    record BackingFormat(String format) implements HeaderExtension {
        /** The magic number. */
        public static final int TYPE = 0xe279_2aca;
        /** The longest name (QEMU's limit). */
        public static final int MAX_BYTES = 15;

        @Override
        public int type() {
            return TYPE;
        }

        @Override
        public ByteBuffer data() {
            return ByteBuffer.wrap(format.getBytes(StandardCharsets.ISO_8859_1)).asReadOnlyBuffer();
        }
    }

    /**
     * The feature name table.
     *
     * @param names its entries
     */
    record FeatureNames(List<FeatureName> names) implements HeaderExtension {
        /** The magic number. */
        public static final int TYPE = 0x6803_f857;

        /** Copies the list. */
        public FeatureNames {
            names = List.copyOf(names);
        }

        @Override
        public int type() {
            return TYPE;
        }

        @Override
        public ByteBuffer data() {
            ByteBuffer data = ByteBuffer.allocate(names.size() * FeatureName.BYTES);
            names.forEach(name -> name.encode(data));
            return data.flip().asReadOnlyBuffer();
        }
    }

    /**
     * Where the bitmap directory is. Consistent only where {@link Features#BITMAPS} is set.
     *
     * @param count the number of bitmaps, unsigned
     * @param reserved 0 in a valid image
     * @param directoryBytes the length of the directory, unsigned
     * @param directoryOffset where it begins, host offset
     */
    record Bitmaps(int count, int reserved, long directoryBytes, long directoryOffset) implements HeaderExtension {
        /** The magic number. */
        public static final int TYPE = 0x2385_2875;
        /** Bytes of the data. */
        public static final int BYTES = 24;

        @Override
        public int type() {
            return TYPE;
        }

        @Override
        public ByteBuffer data() {
            return ByteBuffer.allocate(BYTES).putInt(count).putInt(reserved).putLong(directoryBytes)
                    .putLong(directoryOffset).flip().asReadOnlyBuffer();
        }
    }

    /**
     * Where the LUKS header is.
     *
     * @param offset where it begins, host offset
     * @param bytes its length
     */
    record EncryptionHeader(long offset, long bytes) implements HeaderExtension {
        /** The magic number. */
        public static final int TYPE = 0x0537_be77;
        /** Bytes of the data. */
        public static final int BYTES = 16;

        @Override
        public int type() {
            return TYPE;
        }

        @Override
        public ByteBuffer data() {
            return ByteBuffer.allocate(BYTES).putLong(offset).putLong(bytes).flip().asReadOnlyBuffer();
        }
    }

    /**
     * The name of the external data file.
     *
     * @param name its bytes, one character each
     */
    record DataFileName(String name) implements HeaderExtension {
        /** The magic number. */
        public static final int TYPE = 0x4441_5441;

        /** The extension for a name, in UTF-8. */
        public static DataFileName of(String text) {
            return new DataFileName(new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
        }

        /**
         * The name, read as UTF-8.
         *
         * @return a text
         */
        public String text() {
            return new String(name.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        }

        @Override
        public int type() {
            return TYPE;
        }

        @Override
        public ByteBuffer data() {
            return ByteBuffer.wrap(name.getBytes(StandardCharsets.ISO_8859_1)).asReadOnlyBuffer();
        }
    }

    /**
     * An extension that is kept as it is.
     *
     * @param type its magic number
     * @param data its data
     */
    record Unknown(int type, ByteBuffer data) implements HeaderExtension {
        /** Copies the data. */
        public Unknown {
            byte[] copy = new byte[data.remaining()];
            data.get(data.position(), copy);
            data = ByteBuffer.wrap(copy).asReadOnlyBuffer();
        }

        @Override
        public ByteBuffer data() {
            return data.duplicate();
        }
    }

    /**
     * Reads the extensions of a header.
     *
     * @param head the first cluster, or as much of it as the file has
     * @param start where the area begins
     * @param end where it ends at the latest, at most the cluster size
     * @return the extensions in their order
     * @throws BlockException of kind CORRUPT if one does not fit into the area or has a wrong length
     */
    static List<HeaderExtension> parseAll(ByteBuffer head, int start, int end) throws BlockException {
        List<HeaderExtension> extensions = new ArrayList<>();
        int limit = Math.min(end, head.limit());
        int position = start;
        while (limit - position >= 2 * Integer.BYTES) {
            int type = head.getInt(position);
            long length = Integer.toUnsignedLong(head.getInt(position + Integer.BYTES));
            position += 2 * Integer.BYTES;
            FieldChecks.range("length of header extension " + Hex.of(Integer.toUnsignedLong(type)), length, 0,
                    (long) limit - position);
            if (type == END) {
                break;
            }
            extensions.add(parse(type, head.slice(position, (int) length)));
            position += padded((int) length);
        }
        return extensions;
    }

    private static HeaderExtension parse(int type, ByteBuffer data) throws BlockException {
        return switch (type) {
            case BackingFormat.TYPE -> {
                length("backing file format", data, 0, BackingFormat.MAX_BYTES);
                yield new BackingFormat(text(data));
            }
            case FeatureNames.TYPE -> {
                List<FeatureName> names = new ArrayList<>();
                if (data.remaining() % FeatureName.BYTES != 0) {
                    yield new Unknown(type, data);
                }
                while (data.hasRemaining()) {
                    names.add(FeatureName.parse(data));
                }
                yield new FeatureNames(names);
            }
            case Bitmaps.TYPE -> {
                length("bitmaps", data, Bitmaps.BYTES, Bitmaps.BYTES);
                yield new Bitmaps(data.getInt(), data.getInt(), data.getLong(), data.getLong());
            }
            case EncryptionHeader.TYPE -> {
                length("full disk encryption", data, EncryptionHeader.BYTES, EncryptionHeader.BYTES);
                yield new EncryptionHeader(data.getLong(), data.getLong());
            }
            case DataFileName.TYPE -> new DataFileName(text(data));
            default -> new Unknown(type, data);
        };
    }

    private static void length(String name, ByteBuffer data, int min, int max) throws BlockException {
        FieldChecks.range("length of the header extension for " + name, data.remaining(), min, max);
    }

    private static String text(ByteBuffer data) {
        return StandardCharsets.ISO_8859_1.decode(data).toString();
    }

    /**
     * Writes extensions and the end marker.
     *
     * @param extensions in their order
     * @param target receives them from its position
     */
    static void encodeAll(List<HeaderExtension> extensions, ByteBuffer target) {
        for (HeaderExtension extension : extensions) {
            ByteBuffer data = extension.data();
            int padding = padded(data.remaining()) - data.remaining();
            target.putInt(extension.type()).putInt(data.remaining()).put(data).put(new byte[padding]);
        }
        target.putInt(END).putInt(0);
    }

    /**
     * The length of what {@link #encodeAll} writes.
     *
     * @param extensions in any order
     * @return bytes
     */
    static int encodedBytes(List<HeaderExtension> extensions) {
        int bytes = 2 * Integer.BYTES;
        for (HeaderExtension extension : extensions) {
            bytes += 2 * Integer.BYTES + padded(extension.data().remaining());
        }
        return bytes;
    }

    private static int padded(int bytes) {
        return bytes + 7 & ~7;
    }
}
