// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.blkdebug;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.ChildRole;
import dev.varve.api.spi.BlockChild;
import dev.varve.api.spi.BlockDriver;
import dev.varve.api.spi.BlockNode;
import dev.varve.api.spi.NodeKind;
import dev.varve.api.spi.OpenContext;
import dev.varve.api.spi.OptionSchema;
import dev.varve.api.spi.OptionSpec;
import dev.varve.api.spi.OptionType;
import dev.varve.api.spi.Options;
import dev.varve.api.spi.PermissionPolicy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Driver {@code blkdebug} (QEMU's {@code block/blkdebug.c}). */
public final class BlkdebugDriver implements BlockDriver {
    private static final String NAME = "blkdebug";
    private static final String PREFIX = NAME + ":";
    private static final String IMAGE = "image";
    private static final String CONFIG = "config";
    private static final String FILENAME = "filename";
    private static final String IMAGE_NAME = "x-image";
    private static final OptionSchema OPTIONS = OptionSchema.of("driver 'blkdebug'",
            OptionSpec.optional(IMAGE, OptionType.CHILD, "the node that requests go to unless they fail"),
            OptionSpec.optional(CONFIG, OptionType.TEXT, "a file with rules in sections"),
            OptionSpec.optional(IMAGE_NAME, OptionType.TEXT, "the image as users name it, instead of a definition"),
            OptionSpec.optional(FILENAME, OptionType.TEXT,
                    "blkdebug:CONFIG:IMAGE for config and x-image; without the prefix as x-image"),
            OptionSpec.optional(RuleOptions.INJECT_ERROR, OptionType.NESTED,
                    "list of rules: event, state, iotype, errno, sector, once, immediately"),
            OptionSpec.optional(RuleOptions.SET_STATE, OptionType.NESTED, "list of rules: event, state, new_state"))
            .and(LimitOptions.SPECS).and(PermissionOptions.SPECS);

    /** What {@code filename} stands for. */
    private record Names(Optional<String> config, Optional<String> image) {}

    /** Found by ServiceLoader. */
    public BlkdebugDriver() {
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public NodeKind kind() {
        return NodeKind.FILTER;
    }

    @Override
    public OptionSchema options() {
        return OPTIONS;
    }

    @Override
    public BlockNode open(OpenContext context) throws IOException {
        Options options = context.options();
        Names names = names(options);
        FaultPlan plan = new FaultPlan(rules(options, names));
        PermissionPolicy policy = PermissionOptions.policy(options);
        BlockChild image = context.attachNamed(IMAGE, Set.of(ChildRole.FILTERED, ChildRole.PRIMARY), policy,
                names.image);
        return new BlkdebugNode(image, plan, LimitOptions.of(options));
    }

    private static Names names(Options options) throws BlockException {
        Optional<String> config = options.optionalText(CONFIG);
        Optional<String> image = options.optionalText(IMAGE_NAME);
        String name = options.optionalText(FILENAME).orElse("");
        if (!name.startsWith(PREFIX)) {
            return new Names(config, image.isPresent() || name.isEmpty() ? image : Optional.of(name));
        }
        int colon = name.indexOf(':', PREFIX.length());
        if (colon < 0) {
            throw BlockException.invalidOption("blkdebug requires both config file and image path");
        }
        String file = name.substring(PREFIX.length(), colon);
        return new Names(file.isEmpty() ? config : Optional.of(file), Optional.of(name.substring(colon + 1)));
    }

    private static List<Rule> rules(Options options, Names names) throws BlockException {
        List<Rule> rules = new ArrayList<>();
        if (names.config.isPresent()) {
            rules.addAll(ConfigFile.read(names.config.get()));
        }
        for (String section : List.of(RuleOptions.INJECT_ERROR, RuleOptions.SET_STATE)) {
            if (options.has(section)) {
                rules.addAll(RuleOptions.readAll(section, options.nested(section)));
            }
        }
        return rules;
    }
}
