// SPDX-License-Identifier: Apache-2.0
package dev.varve.api.spi;

import java.util.Locale;
import java.util.Optional;

/**
 * Points in the work of drivers and of the request path that tests hang faults on (QEMU's {@code BlkdebugEvent}, with
 * its names and its meanings).
 */
public enum DebugEvent {
    /** {@code l1_update}. */
    L1_UPDATE,
    /** {@code l1_grow_alloc_table}. */
    L1_GROW_ALLOC_TABLE,
    /** {@code l1_grow_write_table}. */
    L1_GROW_WRITE_TABLE,
    /** {@code l1_grow_activate_table}. */
    L1_GROW_ACTIVATE_TABLE,
    /** {@code l2_load}. */
    L2_LOAD,
    /** {@code l2_update}. */
    L2_UPDATE,
    /** {@code l2_update_compressed}. */
    L2_UPDATE_COMPRESSED,
    /** {@code l2_alloc_cow_read}. */
    L2_ALLOC_COW_READ,
    /** {@code l2_alloc_write}. */
    L2_ALLOC_WRITE,
    /** {@code read_aio}. */
    READ_AIO,
    /** {@code read_backing_aio}. */
    READ_BACKING_AIO,
    /** {@code read_compressed}. */
    READ_COMPRESSED,
    /** {@code write_aio}. */
    WRITE_AIO,
    /** {@code write_compressed}. */
    WRITE_COMPRESSED,
    /** {@code vmstate_load}. */
    VMSTATE_LOAD,
    /** {@code vmstate_save}. */
    VMSTATE_SAVE,
    /** {@code cow_read}. */
    COW_READ,
    /** {@code cow_write}. */
    COW_WRITE,
    /** {@code reftable_load}. */
    REFTABLE_LOAD,
    /** {@code reftable_grow}. */
    REFTABLE_GROW,
    /** {@code reftable_update}. */
    REFTABLE_UPDATE,
    /** {@code refblock_load}. */
    REFBLOCK_LOAD,
    /** {@code refblock_update}. */
    REFBLOCK_UPDATE,
    /** {@code refblock_update_part}. */
    REFBLOCK_UPDATE_PART,
    /** {@code refblock_alloc}. */
    REFBLOCK_ALLOC,
    /** {@code refblock_alloc_hookup}. */
    REFBLOCK_ALLOC_HOOKUP,
    /** {@code refblock_alloc_write}. */
    REFBLOCK_ALLOC_WRITE,
    /** {@code refblock_alloc_write_blocks}. */
    REFBLOCK_ALLOC_WRITE_BLOCKS,
    /** {@code refblock_alloc_write_table}. */
    REFBLOCK_ALLOC_WRITE_TABLE,
    /** {@code refblock_alloc_switch_table}. */
    REFBLOCK_ALLOC_SWITCH_TABLE,
    /** {@code cluster_alloc}. */
    CLUSTER_ALLOC,
    /** {@code cluster_alloc_bytes}. */
    CLUSTER_ALLOC_BYTES,
    /** {@code cluster_free}. */
    CLUSTER_FREE,
    /** {@code flush_to_os}. */
    FLUSH_TO_OS,
    /** {@code flush_to_disk}. */
    FLUSH_TO_DISK,
    /** {@code pwritev_rmw_head}. */
    PWRITEV_RMW_HEAD,
    /** {@code pwritev_rmw_after_head}. */
    PWRITEV_RMW_AFTER_HEAD,
    /** {@code pwritev_rmw_tail}. */
    PWRITEV_RMW_TAIL,
    /** {@code pwritev_rmw_after_tail}. */
    PWRITEV_RMW_AFTER_TAIL,
    /** {@code pwritev}. */
    PWRITEV,
    /** {@code pwritev_zero}. */
    PWRITEV_ZERO,
    /** {@code pwritev_done}. */
    PWRITEV_DONE,
    /** {@code empty_image_prepare}. */
    EMPTY_IMAGE_PREPARE,
    /** {@code l1_shrink_write_table}. */
    L1_SHRINK_WRITE_TABLE,
    /** {@code l1_shrink_free_l2_clusters}. */
    L1_SHRINK_FREE_L2_CLUSTERS,
    /** {@code cor_write}. */
    COR_WRITE,
    /** {@code cluster_alloc_space}. */
    CLUSTER_ALLOC_SPACE,
    /** {@code none}. */
    NONE;

    private final String word = name().toLowerCase(Locale.ROOT);

    /**
     * The event of a name.
     *
     * @param name as {@link #word}
     * @return empty where there is none
     */
    public static Optional<DebugEvent> of(String name) {
        for (DebugEvent event : values()) {
            if (event.word.equals(name)) {
                return Optional.of(event);
            }
        }
        return Optional.empty();
    }

    /**
     * The name in options.
     *
     * @return QEMU's word
     */
    public String word() {
        return word;
    }
}
