// SPDX-License-Identifier: Apache-2.0
package dev.varve.filters.blkdebug;

import dev.varve.api.block.BlockException;
import dev.varve.api.spi.DebugEvent;
import dev.varve.api.spi.OptionSchema;
import dev.varve.api.spi.OptionSpec;
import dev.varve.api.spi.OptionType;
import dev.varve.api.spi.Options;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Rules as sections of a config file and as options write them down. */
final class RuleOptions {
    static final String INJECT_ERROR = "inject-error";
    static final String SET_STATE = "set-state";

    private static final String EVENT = "event";
    private static final String STATE = "state";
    private static final String NEW_STATE = "new_state";
    private static final String ERRNO = "errno";
    private static final String SECTOR = "sector";
    private static final String IO_TYPE = "iotype";
    private static final String ONCE = "once";
    private static final OptionType WHOLE_NUMBER = new OptionType.Number(-1, Long.MAX_VALUE, false);
    private static final OptionSchema INJECTION = OptionSchema.of("rule '" + INJECT_ERROR + "'",
            OptionSpec.required(EVENT, OptionType.TEXT, "when requests begin to fail"),
            OptionSpec.withDefault(STATE, OptionType.COUNT, "0", "the state that it needs, 0 for any"),
            OptionSpec.withDefault(ERRNO, OptionType.COUNT, Long.toString(ErrorNumber.EIO), "the error number"),
            OptionSpec.withDefault(SECTOR, WHOLE_NUMBER, "-1", "the sector that a request must touch, -1 for any"),
            OptionSpec.optional(IO_TYPE, OptionType.TEXT, "the requests that fail; all but block-status"),
            OptionSpec.withDefault(ONCE, OptionType.FLAG, "off", "whether the rule is gone with the first failure"),
            OptionSpec.withDefault("immediately", OptionType.FLAG, "off",
                    "whether a request fails before it waits for anything; requests block here, so all do"));
    private static final OptionSchema TRANSITION = OptionSchema.of("rule '" + SET_STATE + "'",
            OptionSpec.required(EVENT, OptionType.TEXT, "when the state changes"),
            OptionSpec.withDefault(STATE, OptionType.COUNT, "0", "the state that it needs, 0 for any"),
            OptionSpec.withDefault(NEW_STATE, OptionType.COUNT, "0", "the state afterwards"));

    private RuleOptions() {
    }

    /** The rule of a section. */
    static Rule read(String section, Map<String, ?> values) throws BlockException {
        Options options = (section.equals(SET_STATE) ? TRANSITION : INJECTION).read(values);
        DebugEvent event = event(options.text(EVENT));
        long state = options.number(STATE);
        if (section.equals(SET_STATE)) {
            return new Rule.SetState(event, state, options.number(NEW_STATE));
        }
        long sector = options.number(SECTOR);
        if (sector > Long.MAX_VALUE / Rule.InjectError.SECTOR) {
            throw BlockException.invalidOption("sector " + sector + " is out of range, allowed is at most "
                    + Long.MAX_VALUE / Rule.InjectError.SECTOR);
        }
        return new Rule.InjectError(event, state, options.number(ERRNO),
                sector < 0 ? Rule.InjectError.ANY_OFFSET : sector * Rule.InjectError.SECTOR,
                options.has(IO_TYPE) ? IoType.of(options.text(IO_TYPE)) : IoType.DEFAULT, options.flag(ONCE));
    }

    static DebugEvent event(String name) throws BlockException {
        return DebugEvent.of(name).orElseThrow(() -> BlockException.invalidOption("there is no event '" + name + "'"));
    }

    /** The rules of an option: a list of objects, or one object. */
    static List<Rule> readAll(String section, Object nested) throws BlockException {
        List<Rule> rules = new ArrayList<>();
        for (Object element : nested instanceof List<?> list ? list : List.of(nested)) {
            if (!(element instanceof Map<?, ?> map)) {
                throw BlockException.invalidOption("option '" + section + "' is not a list of objects");
            }
            Map<String, Object> values = new LinkedHashMap<>();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                if (entry.getValue() instanceof Map || entry.getValue() instanceof List) {
                    throw BlockException.invalidOption("option '" + section + "." + entry.getKey()
                            + "' is nested, allowed is a plain value");
                }
                values.put(String.valueOf(entry.getKey()), entry.getValue());
            }
            rules.add(read(section, values));
        }
        return rules;
    }
}
