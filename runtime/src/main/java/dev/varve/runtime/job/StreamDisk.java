// SPDX-License-Identifier: Apache-2.0
package dev.varve.runtime.job;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The disk that a chain is streamed into, as the graph shows it to the job: reads see what the users of the disk see,
 * writes go to its top and wait for nobody.
 */
public interface StreamDisk {
    /** What a range needs before the layers between top and base can be let go. */
    enum Need {
        /** Nothing: the top decides over it, or what remains below does, or it reads as zeroes without the layers. */
        NOTHING,
        /** Zeroes in the top, which hide what remains below. */
        ZEROES,
        /** Its data in the top. */
        DATA
    }

    /**
     * What a range needs.
     *
     * @param need the same for all of it
     * @param bytes its length, at least 1
     */
    record Run(Need need, long bytes) {}

    /** Work that is done while nobody uses the graph. */
    @FunctionalInterface
    interface LastWork {
        /** Does it. */
        void run() throws IOException;
    }

    /** The disk's size in bytes. It may change. */
    long size() throws IOException;

    /** The unit in which the top allocates, in bytes. */
    int unit();

    /** Whether a layer remains below, so that zeroes must be written to hide it. */
    boolean remainsBacked();

    /** What the users' writes enter as long as the job has the disk. */
    RangeLocks ranges();

    /** Begins to use the disk: changes of the graph wait from here on to {@link #exit}. */
    int enter() throws IOException;

    /** Ends the use of the disk that {@link #enter} began. */
    void exit(int ticket);

    /** What the run at an offset needs; at most {@code bytes}, at least 1. */
    Run need(long offset, long bytes) throws IOException;

    /** Reads what users see. */
    void read(long offset, ByteBuffer dst) throws IOException;

    /** Writes what users see already into the top. */
    void write(long offset, ByteBuffer src) throws IOException;

    /** Makes the top hold zeroes where users see zeroes already. */
    void writeZeroes(long offset, long bytes) throws IOException;

    /** Makes what was written durable. Outside of {@link #enter}. */
    void flush() throws IOException;

    /**
     * Lets go of the layers: the image names another backing file, then the graph has it so. Outside of
     * {@link #enter}.
     *
     * @param last is done before, when all users are held off
     */
    void complete(LastWork last) throws IOException;

    /** Gives back what the job held of the graph. Called once, at the end, also after {@link #complete}. */
    void release() throws IOException;
}
