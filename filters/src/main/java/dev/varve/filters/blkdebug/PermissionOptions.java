// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.blkdebug;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.Permission;
import dev.varve.api.spi.OptionSpec;
import dev.varve.api.spi.OptionType;
import dev.varve.api.spi.Options;
import dev.varve.api.spi.PermissionPolicy;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;

/** What the filter asks of its child beyond what its parents do. */
final class PermissionOptions {
    private static final String TAKE = "take-child-perms";
    private static final String UNSHARE = "unshare-child-perms";

    static final List<OptionSpec> SPECS = List.of(
            OptionSpec.optional(TAKE, OptionType.NESTED, "list of permissions to use on the child besides"),
            OptionSpec.optional(UNSHARE, OptionType.NESTED, "list of permissions not to share on the child"));

    private PermissionOptions() {
    }

    static PermissionPolicy policy(Options options) throws BlockException {
        Permission[] taken = read(options, TAKE);
        Permission[] unshared = read(options, UNSHARE);
        return (ofParent, writable) -> ofParent.using(taken).withoutSharing(unshared);
    }

    private static Permission[] read(Options options, String name) throws BlockException {
        EnumSet<Permission> permissions = EnumSet.noneOf(Permission.class);
        if (options.has(name)) {
            if (!(options.nested(name) instanceof List<?> list)) {
                throw BlockException.invalidOption("option '" + name + "' is not a list");
            }
            for (Object word : list) {
                permissions.add(permission(name, word));
            }
        }
        return permissions.toArray(Permission[]::new);
    }

    private static Permission permission(String option, Object word) throws BlockException {
        for (Permission permission : Permission.values()) {
            if (word(permission).equals(word)) {
                return permission;
            }
        }
        throw BlockException.invalidOption("option '" + option + "': there is no permission "
                + (word instanceof String text ? "'" + text + "'" : "of this form") + ", allowed are "
                + String.join(", ", Arrays.stream(Permission.values()).map(PermissionOptions::word).toList()));
    }

    private static String word(Permission permission) {
        return permission.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
