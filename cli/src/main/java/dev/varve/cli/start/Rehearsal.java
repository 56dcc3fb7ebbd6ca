// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.start;

import dev.varve.cli.Main;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Runs the commands that are used most, on small images, for the virtual machine to see what they need: it is started
 * with {@code -XX:AOTCacheOutput}, and keeps what it saw for later starts. What the commands answer does not matter.
 */
public final class Rehearsal {
    private static final int LAYERS = 3;

    private final Path folder;

    private Rehearsal(Path folder) {
        this.folder = folder;
    }

    /**
     * Runs them in a new folder among the temporary ones, and removes it.
     *
     * @param args none
     * @throws IOException if the folder cannot be made or removed
     */
    public static void main(String[] args) throws IOException {
        Path folder = Files.createTempDirectory("varve");
        try {
            new Rehearsal(folder).run();
        } finally {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
                for (Path file : files) {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
        }
    }

    private void run() {
        chain();
        String top = file("layer" + (LAYERS - 1));
        for (String program : List.of("qemu-img", "varve")) {
            play(program, "--version");
            play(program, "--help");
            play(program, "info", top);
            play(program, "info", "--output=json", "--backing-chain", top);
            play(program, "info", file("missing"));
            play(program, "check", "-f", "qcow2", top);
            play(program, "map", top);
            play(program, "map", "--output=json", "-f", "qcow2", top);
            play(program, "convert", "-f", "qcow2", "-O", "raw", top, file("raw"));
            play(program, "convert", "-f", "raw", "-O", "qcow2", file("raw"), file("copy"));
            play(program, "compare", top, file("copy"));
        }
        play("qemu-img", "info", "json:{\"driver\":\"qcow2\",\"file\":{\"driver\":\"file\",\"filename\":\"" + top
                + "\"}}");
        play("qemu-io", "-f", "raw", "-c", "write -P 7 0 64k", "-c", "read -v 0 512", file("raw"));
        change(file("copy"));
        changeChain(top);
        play("varve", "chain", top);
        play("varve", "explain", top, "0");
    }

    /** What changes an image, and what is copied from it in part. */
    private void change(String image) {
        play("qemu-img", "snapshot", "-c", "one", image);
        play("qemu-img", "snapshot", "-l", image);
        play("qemu-img", "snapshot", "-a", "one", image);
        play("qemu-img", "info", image);
        play("qemu-img", "snapshot", "-d", "one", image);
        play("qemu-img", "bitmap", "--add", image, "marks");
        play("qemu-img", "bitmap", "--remove", image, "marks");
        play("qemu-img", "resize", "-f", "qcow2", image, "+1M");
        play("qemu-img", "amend", "-f", "qcow2", "-o", "lazy_refcounts=on", image);
        play("qemu-img", "check", "-f", "qcow2", "-r", "all", image);
        play("qemu-img", "measure", "-f", "qcow2", "-O", "qcow2", image);
        play("qemu-img", "measure", "--size", "1G", "-O", "qcow2");
        play("qemu-img", "convert", "-c", "-f", "qcow2", "-O", "qcow2", image, file("packed"));
        play("qemu-img", "dd", "-f", "qcow2", "-O", "raw", "bs=64k", "count=1", "if=" + image, "of=" + file("part"));
    }

    private void changeChain(String top) {
        play("qemu-img", "rebase", "-f", "qcow2", "-b", "layer0", "-F", "qcow2", top);
        play("qemu-img", "rebase", "-u", "-f", "qcow2", "-b", "layer0", "-F", "qcow2", top);
        play("qemu-img", "commit", "-f", "qcow2", top);
    }

    private void chain() {
        play("qemu-img", "create", "-f", "raw", file("raw"), "1M");
        for (int i = 0; i < LAYERS; i++) {
            String layer = file("layer" + i);
            if (i == 0) {
                play("qemu-img", "create", "-f", "qcow2", layer, "1M");
            } else {
                play("qemu-img", "create", "-f", "qcow2", "-b", "layer" + (i - 1), "-F", "qcow2", layer);
            }
            play("qemu-io", "-f", "qcow2", "-c", "write -P " + i + " " + i * 128 + "k 64k", "-c",
                    "write -z 512k 64k", "-c", "read -P " + i + " " + i * 128 + "k 64k", "-c", "discard 512k 64k", "-c",
                    "flush", layer);
        }
    }

    private String file(String name) {
        return folder.resolve(name).toString();
    }

    private static void play(String program, String... args) {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        Main.run(program, List.of(args), new ByteArrayInputStream(new byte[0]), nowhere, nowhere);
    }
}
