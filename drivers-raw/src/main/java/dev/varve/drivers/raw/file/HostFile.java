// SPDX-License-Identifier: Apache-2.0
package dev.varve.drivers.raw.file;

import dev.varve.api.block.BlockException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * An open file or block device of the host, as far as the system in use can work with it. Offsets and lengths in
 * bytes; any thread may call, several at once, except {@link #close}. Every exception names the file.
 */
interface HostFile {
    /** {@link #nextData}: there is no data from the offset on. */
    long NO_DATA = -1;
    /** {@link #nextData} and {@link #nextHole}: the system cannot tell. */
    long UNKNOWN = -2;

    /** The name it was opened by. */
    String path();

    /** Whether it is a block device, whose length is fixed. */
    boolean isDevice();

    /** What offsets and lengths of reads and writes must be multiples of: more than 1 past the page cache only. */
    int requestAlignment();

    /** What addresses of buffers must be multiples of: more than 1 past the page cache only. */
    int memoryAlignment();

    /** What zeroed and discarded ranges should be multiples of. */
    int zeroAlignment();

    /** The length now. */
    long length() throws BlockException;

    /**
     * Reads the remaining bytes of a direct buffer. Bytes behind the end of the file read as zeroes.
     */
    void read(long offset, ByteBuffer dst) throws BlockException;

    /** Writes the remaining bytes of a direct buffer. A file grows as needed. */
    void write(long offset, ByteBuffer src) throws BlockException;

    /** Cuts a file or extends it by a hole. The caller keeps writers that extend the file out. */
    void setLength(long length) throws BlockException;

    /** Makes a range read as zeroes and keeps it allocated; extends a file. False, with nothing changed: cannot. */
    boolean zeroRange(long offset, long bytes) throws BlockException;

    /** Makes a range read as zeroes and frees it; never extends. False, with nothing changed: cannot. */
    boolean punchHole(long offset, long bytes) throws BlockException;

    /** Reserves storage for a range without changing what it reads as; extends a file. False: cannot. */
    boolean allocate(long offset, long bytes) throws BlockException;

    /** Frees a range, whatever it reads as then. False: cannot. */
    boolean discard(long offset, long bytes) throws BlockException;

    /** The first offset, from the given one, that holds data. */
    long nextData(long offset) throws BlockException;

    /** The first offset, from the given one, that is in a hole; the end of the file counts as one. */
    long nextHole(long offset) throws BlockException;

    /** Brings everything written to stable storage. */
    void sync() throws BlockException;

    /** The bytes it occupies, or {@link #UNKNOWN}. */
    long allocatedBytes() throws BlockException;

    /** A value that differs when the length or the time of the last change does. */
    long changeStamp() throws BlockException;

    /** Locks that other processes see; empty where the system or the file system has none that suit. */
    Optional<LockBytes> locks();

    /** Releases it and its locks. */
    void close() throws BlockException;
}
