// SPDX-License-Identifier: Apache-2.0
package dev.varve.cli.disk;

import dev.varve.api.block.BlockException;
import dev.varve.api.graph.BlockLayer;
import dev.varve.api.graph.GraphSettings;
import dev.varve.api.graph.SecretSource;
import dev.varve.api.spi.SharedObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The objects of {@code --object} (QEMU's {@code user_creatable_parse_str}). */
public final class UserObjects implements SecretSource {
    private final GraphSettings made;

    private UserObjects(GraphSettings made) {
        this.made = made;
    }

    /**
     * Makes the objects of a command line.
     *
     * @param layer makes them
     * @param texts the values of {@code --object} in order: {@code secret,id=...} or JSON
     * @return the objects
     * @throws BlockException of kind INVALID_OPTION that names the object and its fault
     */
    public static UserObjects of(BlockLayer layer, List<String> texts) throws BlockException {
        List<Map<String, Object>> definitions = new ArrayList<>();
        for (String text : texts) {
            definitions.add(text.startsWith("{") ? layer.parseName("json:" + text).options() : plain(layer, text));
        }
        return new UserObjects(layer.withObjects(GraphSettings.DEFAULT, definitions));
    }

    /**
     * Settings by which a graph finds the objects.
     *
     * @param settings of the graph
     * @return new settings
     */
    public GraphSettings in(GraphSettings settings) {
        GraphSettings all = settings.withSecrets(this);
        for (SharedObject object : made.objects()) {
            all = all.withObject(object);
        }
        return all;
    }

    /** The first word may stand without its key. */
    private static Map<String, Object> plain(BlockLayer layer, String text) throws BlockException {
        int equals = text.indexOf('=');
        int comma = text.indexOf(',');
        boolean implied = equals < 0 || comma >= 0 && comma < equals;
        return layer.parseOptions(implied ? "qom-type=" + text : text).options();
    }

    @Override
    public Optional<byte[]> find(String id) {
        return made.secrets().find(id);
    }
}
