// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.block;

/** What a repair may mend ({@code qemu-img check -r}). */
public enum RepairScope {
    /** Storage that nothing refers to is freed. */
    LEAKS,
    /** Everything that can be mended, at the risk of choosing wrongly where the image contradicts itself. */
    ALL
}
