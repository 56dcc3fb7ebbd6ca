// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.io;

import java.util.List;
import java.util.Optional;

/** The commands of {@code io} by name. */
public final class IoActions {
    /** The commands, in the order of the help text. */
    public static final List<String> NAMES = List.of("abort", "aio_flush", "aio_read", "aio_write", "alloc",
            "break", "close", "discard", "flush", "help", "info", "length", "map", "open", "quit", "read", "readv",
            "remove_break", "reopen", "resume", "sigraise", "sleep", "truncate", "wait_break", "write", "writev");

    private IoActions() {
    }

    /** The command of a name or of its short form. */
    static Optional<IoAction> find(String name) {
        return Optional.ofNullable(switch (name) {
            case "abort" -> new ProcessActions.Abort();
            case "aio_flush" -> new DiskActions.AioFlush();
            case "aio_read" -> ReadAction.asynchronous();
            case "aio_write" -> WriteAction.asynchronous();
            case "alloc" -> new RangeActions.Alloc();
            case "break" -> new BreakActions.Break();
            case "close", "c" -> new OpenActions.Close();
            case "discard", "d" -> new RangeActions.Discard();
            case "flush", "f" -> new DiskActions.Flush();
            case "help", "?" -> new HelpAction();
            case "info", "i" -> new DiskActions.Info();
            case "length", "l" -> new DiskActions.Length();
            case "map" -> new RangeActions.AllocationMap();
            case "open", "o" -> new OpenActions.Open();
            case "quit", "q" -> new ProcessActions.Quit();
            case "read", "r" -> ReadAction.plain();
            case "readv", "rv" -> ReadAction.vectored();
            case "remove_break" -> new BreakActions.RemoveBreak();
            case "reopen" -> new OpenActions.Reopen();
            case "resume" -> new BreakActions.Resume();
            case "sigraise" -> new ProcessActions.SigRaise();
            case "sleep" -> new ProcessActions.Sleep();
            case "truncate", "t" -> new RangeActions.Truncate();
            case "wait_break" -> new BreakActions.WaitBreak();
            case "write", "w" -> WriteAction.plain();
            case "writev", "wv" -> WriteAction.vectored();
            default -> null;
        });
    }

    /**
     * The lines that explain the commands, for the manual page and its test.
     *
     * @return one line a command
     */
    public static List<String> usages() {
        return NAMES.stream().map(name -> find(name).orElseThrow().syntax().usage()).toList();
    }
}
