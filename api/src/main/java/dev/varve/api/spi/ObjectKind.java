// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.spi;

import dev.varve.api.block.BlockException;
import java.util.Map;

/** A factory for objects that nodes share; see {@link BlockDriver#objectKinds}. Stateless. */
public interface ObjectKind {
    /**
     * The value of {@code qom-type=} that names it.
     *
     * @return QEMU's name where QEMU has the object
     */
    String name();

    /**
     * The options of its objects, without {@code qom-type} and {@code id}.
     *
     * @return constant
     */
    OptionSchema options();

    /**
     * Makes an object.
     *
     * @param id what nodes will call it by
     * @param options option names and what JSON or text gave for them; nobody has checked them
     * @return a new object
     * @throws BlockException of kind INVALID_OPTION that says what is wrong and what is allowed
     */
    SharedObject create(String id, Map<String, ?> options) throws BlockException;
}
