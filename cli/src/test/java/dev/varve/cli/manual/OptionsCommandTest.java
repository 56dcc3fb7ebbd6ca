// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.manual;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.graph.BlockLayer;
import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.OptionSpec;
import dev.varve.cli.Tool;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OptionsCommandTest {
    private static List<OptionSpec> declared(BlockLayer layer, BlockDriver driver) {
        List<OptionSpec> all = new ArrayList<>(driver.options().specs());
        all.addAll(layer.nodeOptions().specs());
        all.addAll(driver.createOptions().specs());
        all.addAll(driver.amendOptions().specs());
        driver.objectKinds().forEach(kind -> all.addAll(kind.options().specs()));
        return all;
    }

    @Test
    void options_ofEveryDriver_explainEachDeclaredOption() {
        BlockLayer layer = BlockLayer.load();
        for (BlockDriver driver : layer.drivers()) {
            String manual = Tool.varve("options", driver.name()).expect(0).out();
            String words = manual.replaceAll("\\s+", " ");
            for (OptionSpec spec : declared(layer, driver)) {
                assertTrue(manual.contains("    " + spec.name() + ": " + spec.type().describe()), spec::toString);
                assertTrue(words.contains(spec.doc()), spec::toString);
            }
            assertTrue(manual.lines().allMatch(line -> line.length() <= 120 || !line.startsWith("        ")), manual);
        }
    }

    @Test
    void options_withDefaultAndRequired_saySo() {
        String manual = Tool.varve("options", "file").expect(0).out();
        assertTrue(manual.startsWith("file: protocol\n\nOptions:\n    filename: string; required\n"), manual);
        assertTrue(manual.contains("    locking: one of auto, on, off; default auto\n"), manual);
    }

    @Test
    void options_asJson_haveTypeDefaultAndDescription() {
        String json = Tool.varve("options", "--output", "json", "throttle").expect(0).out();
        assertTrue(json.contains("\"driver\": \"throttle\""), json);
        assertTrue(json.contains("\"qom-type\": \"throttle-group\""), json);
        assertTrue(json.contains("\"name\": \"limits.iops-total\""), json);
        assertTrue(json.contains("\"name\": \"read-only\""), json);
    }

    @Test
    void options_withoutDriver_listTheInstalledOnes() {
        String list = Tool.varve("options").expect(0).out();
        BlockLayer.load().drivers().forEach(driver -> assertTrue(list.contains("\n" + driver.name() + " "), list));
    }

    @Test
    void options_ofAnUnknownDriver_suggestTheNearest() {
        assertEquals("varve: unknown driver 'qcow3'; did you mean 'qcow2'?\n",
                Tool.varve("options", "qcow3").expect(1).err());
    }
}
