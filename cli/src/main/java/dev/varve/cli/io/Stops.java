// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.io;

import dev.varve.api.block.BlockException;
import dev.varve.api.spi.Breakpoints;
import dev.varve.cli.shell.Shell;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;

/** The break points of the open disk, and which of them hold a request that the user has been told of. */
final class Stops {
    private final IoSession session;
    private final Set<String> waiting = new HashSet<>();
    private final Set<String> told = new HashSet<>();

    Stops(IoSession session) {
        this.session = session;
    }

    private Breakpoints points() throws BlockException {
        return session.disk().operations().breakpoints();
    }

    void add(String event, String tag) throws BlockException {
        points().add(event, tag);
        waiting.add(tag);
    }

    void remove(String tag) throws BlockException {
        boolean held = points().isSuspended(tag);
        points().remove(tag);
        waiting.remove(tag);
        if (held) {
            resuming(tag);
        }
    }

    void resume(String tag) throws BlockException {
        tell();
        points().resume(tag);
        resuming(tag);
    }

    private void resuming(String tag) {
        told.remove(tag);
        session.shell().say("blkdebug: Resuming request '" + tag + "'");
    }

    /** Waits until a break point holds a request. */
    void await(String tag) {
        session.aio().await(() -> isSuspended(tag));
        tell();
    }

    private boolean isSuspended(String tag) {
        try {
            return points().isSuspended(tag);
        } catch (BlockException e) {
            return false;
        }
    }

    /** True where a request has come to a break point that the user has not been told of. */
    boolean isNew() {
        for (String tag : waiting) {
            if (isSuspended(tag)) {
                return true;
            }
        }
        return false;
    }

    /** Tells the user which requests are held now. */
    void tell() {
        Shell shell = session.shell();
        for (Iterator<String> each = waiting.iterator(); each.hasNext();) {
            String tag = each.next();
            if (isSuspended(tag)) {
                each.remove();
                if (told.add(tag)) {
                    shell.say("blkdebug: Suspended request '" + tag + "'");
                }
            }
        }
    }
}
