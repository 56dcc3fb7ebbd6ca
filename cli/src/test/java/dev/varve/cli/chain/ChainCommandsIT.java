// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.chain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.varve.cli.QemuChain;
import dev.varve.cli.QemuChain.Layer;
import dev.varve.cli.Tool;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the commands say of chains that QEMU made, against what QEMU says. */
class ChainCommandsIT {
    private static final int LAYERS = 7;
    private static final long MEBIBYTE = 1 << 20;

    @TempDir
    private static Path folder;
    private static QemuChain chain;
    private static String words;

    @BeforeAll
    static void makeChain() {
        assumeInstalled("qemu-img", "qemu-io");
        long seed = new Random().nextLong();
        words = "seed " + seed;
        Random random = new Random(seed);
        int[] clusters = {4096, 65536};
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < LAYERS; i++) {
            layers.add(new Layer("1.1", 16, clusters[random.nextInt(clusters.length)],
                    (2 + random.nextInt(4)) * MEBIBYTE, 8));
        }
        chain = QemuChain.make(folder, layers, random);
    }

    private static void assumeInstalled(String... programs) {
        for (String program : programs) {
            boolean found = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                    .anyMatch(place -> Files.isExecutable(Path.of(place, program)));
            assumeTrue(found, () -> "skipped: " + program + " is not on the path");
        }
    }

    private static List<Map<String, Object>> map() {
        return JsonTree.objects(JsonTree.parse(
                Tool.run("qemu-img", "map", "--output", "json", chain.top()).expect(0).out()));
    }

    @Test
    void chain_ofQemu_ownsWhatQemusMapSays() {
        long[] owned = new long[LAYERS];
        long unowned = 0;
        for (Map<String, Object> entry : map()) {
            long length = (Long) entry.get("length");
            if (entry.get("present").equals(true)) {
                owned[Math.toIntExact((Long) entry.get("depth"))] += length;
            } else {
                unowned += length;
            }
        }
        Map<String, Object> told = JsonTree.members(JsonTree.parse(
                Tool.varve("chain", "--output", "json", chain.top()).expect(0).out()));
        List<Map<String, Object>> layers = JsonTree.objects(told.get("layers"));
        assertEquals(LAYERS, layers.size());
        for (int depth = 0; depth < LAYERS; depth++) {
            assertEquals(owned[depth], layers.get(depth).get("owned"), words + ", depth " + depth);
        }
        assertEquals(unowned, told.get("unowned"), words);
    }

    @Test
    void explain_wholeDisk_tellsThePlacesOfQemusMap() {
        List<Map<String, Object>> rows = JsonTree.objects(JsonTree.parse(
                Tool.varve("explain", "--output", "json", chain.top(), "0", "1T").expect(0).out()));
        int at = 0;
        for (Map<String, Object> entry : map()) {
            long end = (Long) entry.get("start") + (Long) entry.get("length");
            while (at < rows.size() && (Long) rows.get(at).get("start") < end) {
                Map<String, Object> row = rows.get(at++);
                String where = words + ", " + row + " in " + entry;
                assertEquals(entry.get("depth"), row.get("depth"), where);
                if (entry.get("data").equals(true)) {
                    assertEquals((Long) entry.get("offset") + (Long) row.get("start") - (Long) entry.get("start"),
                            row.get("host-offset"), where);
                }
            }
        }
        assertEquals(rows.size(), at, words);
    }

    @Test
    void checkOfTheChain_sumsUpQemusChecks() {
        long leaks = 0;
        long corruptions = 0;
        for (Path image : chain.images()) {
            Map<String, Object> told = JsonTree.members(JsonTree.parse(
                    Tool.run("qemu-img", "check", "--output", "json", "-f", "qcow2", image).out()));
            leaks += (Long) told.getOrDefault("leaks", 0L);
            corruptions += (Long) told.getOrDefault("corruptions", 0L);
        }
        Map<String, Object> sums = JsonTree.members(JsonTree.parse(
                Tool.varve("check", "--chain", "--output", "json", chain.top()).out()));
        assertEquals(List.of(leaks, corruptions, (long) LAYERS),
                List.of(sums.get("leaks"), sums.get("corruptions"), sums.get("layers-checked")), words);
    }

    @Test
    void map_inABrowser_isDrawn() throws IOException {
        assumeInstalled("chromium");
        Path drawing = folder.resolve("map.svg");
        Tool.varve("chain", "--svg", drawing, chain.top()).expect(0);
        Path picture = folder.resolve("map.png");
        Tool.run("timeout", "120", "chromium", "--headless", "--no-sandbox", "--disable-gpu",
                "--user-data-dir=" + folder.resolve("browser"), "--window-size=1200,1000",
                "--screenshot=" + picture, drawing.toUri());
        assumeTrue(Files.exists(picture), "skipped: the browser does not start");
        BufferedImage image = ImageIO.read(picture.toFile());
        Set<Integer> colours = new HashSet<>();
        for (int y = 0; y < image.getHeight(); y += 4) {
            for (int x = 120; x < image.getWidth(); x += 16) {
                colours.add(image.getRGB(x, y));
            }
        }
        // The ground, and a colour a layer that is to be seen; an error page has two or three.
        assertTrue(colours.size() > LAYERS, () -> words + ": " + colours.size() + " colours");
    }
}
