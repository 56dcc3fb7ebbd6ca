// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.interop;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One way of creating a qcow2 image.
 *
 * @param compat 0.10 or 1.1
 * @param clusterSize bytes
 * @param refcountBits the width of a refcount
 * @param extendedL2 whether clusters have subclusters
 * @param compression how compressed clusters are
 * @param dataFile where data lies
 * @param encryption how it is encrypted
 */
record ImageVariant(String compat, int clusterSize, int refcountBits, boolean extendedL2, String compression,
        DataFile dataFile, Encryption encryption) {
    /** The secret that encrypted images are made with. */
    static final String SECRET = "correct horse";
    private static final int SMALLEST_EXTENDED = 16 << 10;
    private static final int[] CLUSTER_BITS = {9, 10, 12, 13, 14, 16, 18, 21};
    private static final int[] REFCOUNT_BITS = {1, 2, 4, 8, 16, 32, 64};

    /** Where data lies. */
    enum DataFile { NONE, EXTERNAL, RAW }

    /** How data is encrypted. */
    enum Encryption { NONE, LUKS, AES }

    /** Everything that qemu-img can create, with each cluster size and each refcount width beside each feature. */
    static List<ImageVariant> all() {
        List<ImageVariant> variants = new ArrayList<>();
        for (int clusterBits : CLUSTER_BITS) {
            int size = 1 << clusterBits;
            variants.add(new ImageVariant("0.10", size, 16, false, "zlib", DataFile.NONE, Encryption.NONE));
            variants.add(new ImageVariant("0.10", size, 16, false, "zlib", DataFile.NONE, Encryption.LUKS));
            variants.add(new ImageVariant("0.10", size, 16, false, "zlib", DataFile.NONE, Encryption.AES));
            for (int refcountBits : REFCOUNT_BITS) {
                addVersion3(variants, size, refcountBits);
            }
        }
        return variants;
    }

    private static void addVersion3(List<ImageVariant> variants, int size, int refcountBits) {
        for (boolean extended : size < SMALLEST_EXTENDED ? new boolean[] {false} : new boolean[] {false, true}) {
            for (String compression : List.of("zlib", "zstd")) {
                variants.add(new ImageVariant("1.1", size, refcountBits, extended, compression, DataFile.NONE,
                        Encryption.NONE));
            }
            for (Encryption encryption : List.of(Encryption.LUKS, Encryption.AES)) {
                if (refcountBits == REFCOUNT_BITS[(size >>> 9) % REFCOUNT_BITS.length] || refcountBits == 16) {
                    variants.add(new ImageVariant("1.1", size, refcountBits, extended, "zlib", DataFile.NONE,
                            encryption));
                    variants.add(new ImageVariant("1.1", size, refcountBits, extended, "zlib", DataFile.EXTERNAL,
                            encryption));
                }
            }
            for (DataFile file : List.of(DataFile.EXTERNAL, DataFile.RAW)) {
                variants.add(new ImageVariant("1.1", size, refcountBits, extended, "zlib", file, Encryption.NONE));
            }
        }
    }

    boolean compresses() {
        return dataFile == DataFile.NONE && encryption == Encryption.NONE;
    }

    /** The options of creating it. */
    String createOptions(String dataName) {
        StringBuilder text = new StringBuilder("compat=" + compat + ",cluster_size=" + clusterSize);
        if (!compat.equals("0.10")) {
            text.append(",refcount_bits=").append(refcountBits).append(",extended_l2=")
                    .append(extendedL2 ? "on" : "off").append(",compression_type=").append(compression);
        }
        if (dataFile != DataFile.NONE) {
            text.append(",data_file=").append(dataName);
            text.append(",data_file_raw=").append(dataFile == DataFile.RAW ? "on" : "off");
        }
        if (encryption == Encryption.LUKS) {
            text.append(",encrypt.format=luks,encrypt.key-secret=key,encrypt.iter-time=10");
        } else if (encryption == Encryption.AES) {
            text.append(",encrypt.format=aes,encrypt.key-secret=key");
        }
        return text.toString();
    }

    /** What a tool needs in front of an option string. */
    List<String> object() {
        return encryption == Encryption.NONE ? List.of() : List.of("--object", "secret,id=key,data=" + SECRET);
    }

    /** The option string of an open image. */
    String imageOptions(String file) {
        return "driver=qcow2,file.filename=" + file + (encryption == Encryption.NONE ? "" : ",encrypt.key-secret=key");
    }

    /** The options of an open image. */
    Map<String, Object> openOptions() {
        Map<String, Object> options = new LinkedHashMap<>();
        if (encryption != Encryption.NONE) {
            options.put("encrypt.key-secret", "key");
        }
        return options;
    }

    @Override
    public String toString() {
        return compat + " " + clusterSize + " refcount " + refcountBits + (extendedL2 ? " extended" : "") + " "
                + compression + (dataFile == DataFile.NONE ? "" : " data file " + dataFile)
                + (encryption == Encryption.NONE ? "" : " " + encryption);
    }
}
