// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.spi;

import dev.varve.api.block.BlockException;
import java.util.Map;

/**
 * Something that nodes share and name by its id, such as a throttle group (QEMU's {@code --object}). Made by an
 * {@link ObjectKind}; the nodes of one driver know what it is beyond this. Thread-safe.
 */
public interface SharedObject {
    /**
     * What it is.
     *
     * @return the name of its {@link ObjectKind}
     */
    String kind();

    /**
     * What nodes call it by.
     *
     * @return unique among the objects of a graph
     */
    String id();

    /**
     * Its properties as they are now.
     *
     * @return by the names of the kind's options: String, Long and Boolean values
     */
    Map<String, Object> properties();

    /**
     * Changes some of its properties while nodes use it (QEMU's {@code qom-set}). All of them change or none.
     *
     * @param changes option names of the kind and what JSON or text gave for them; others stay as they are
     * @throws BlockException of kind INVALID_OPTION that says what is wrong and what is allowed
     */
    void change(Map<String, ?> changes) throws BlockException;
}
