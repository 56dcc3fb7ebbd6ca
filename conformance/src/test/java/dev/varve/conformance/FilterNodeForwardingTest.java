// SPDX-License-Identifier: Apache-2.0
package dev.varve.conformance;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.varve.api.block.BlockException;
import dev.varve.api.block.CheckFinding;
import dev.varve.api.block.CheckReport;
import dev.varve.api.block.ErrorKind;
import dev.varve.api.block.ImageInfo;
import dev.varve.api.block.Preallocation;
import dev.varve.api.block.RequestFlags;
import dev.varve.api.spi.BlockChild;
import dev.varve.api.spi.BlockIo;
import dev.varve.api.spi.BlockLimits;
import dev.varve.api.spi.BlockNode;
import dev.varve.api.spi.BlockStatus;
import dev.varve.api.spi.Effort;
import dev.varve.api.spi.FilterNode;
import dev.varve.api.spi.ImageOperations;
import dev.varve.api.spi.SpiLevel;
import dev.varve.api.spi.SupportedFlags;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A filter forwards every operation there is, now and when there are more, unless it was written before them. */
class FilterNodeForwardingTest {
    private static final Consumer<CheckFinding> IGNORED = finding -> { };
    private static final Map<Class<?>, Object> VALUES = Map.ofEntries(
            Map.entry(long.class, 4711L),
            Map.entry(ByteBuffer.class, ByteBuffer.allocate(3)),
            Map.entry(RequestFlags.class, RequestFlags.FUA),
            Map.entry(Preallocation.class, Preallocation.FALLOC),
            Map.entry(Effort.class, Effort.ALLOCATION_ONLY),
            Map.entry(Consumer.class, IGNORED),
            Map.entry(BlockLimits.class, BlockLimits.NONE.withAlignment(4096, 512)),
            Map.entry(SupportedFlags.class, new SupportedFlags(RequestFlags.FUA, RequestFlags.MAY_UNMAP)),
            Map.entry(ImageInfo.class, ImageInfo.plain("disk.img", 8)),
            Map.entry(CheckReport.class, new CheckReport(1, 2, 3, 4, 5, 6, 7, 8)),
            Map.entry(ImageOperations.class, new ImageOperations() {}));

    private final List<Object> calls = new ArrayList<>();

    static Stream<Method> operations() {
        return Arrays.stream(BlockIo.class.getMethods()).filter(method -> !Modifier.isStatic(method.getModifiers()));
    }

    static Stream<Method> methodsOfANode() {
        return Arrays.stream(BlockNode.class.getMethods()).filter(method -> !Modifier.isStatic(method.getModifiers()));
    }

    /** A child that notes each call and answers with the value of its type, or fails. */
    private BlockChild child(RuntimeException failure) {
        return (BlockChild) Proxy.newProxyInstance(BlockChild.class.getClassLoader(), new Class<?>[] {BlockChild.class},
                (proxy, method, arguments) -> {
                    calls.add(method.getName());
                    calls.addAll(arguments == null ? List.of() : Arrays.asList(arguments));
                    if (failure != null) {
                        throw failure;
                    }
                    return VALUES.get(method.getReturnType());
                });
    }

    private static final class PlainFilter extends FilterNode {
        PlainFilter(BlockChild filtered, SpiLevel writtenFor) {
            super(filtered, writtenFor);
        }
    }

    private static Object[] arguments(Method operation) {
        return Arrays.stream(operation.getParameterTypes()).map(VALUES::get).toArray();
    }

    @ParameterizedTest
    @MethodSource("methodsOfANode")
    void everyMethodOfANode_isWrittenByFilterNodeItself(Method method) {
        assertDoesNotThrow(() -> FilterNode.class.getDeclaredMethod(method.getName(), method.getParameterTypes()),
                () -> "FilterNode inherits " + method + " instead of forwarding it");
    }

    @ParameterizedTest
    @MethodSource("operations")
    void operation_ofAFilter_reachesTheChildUnchanged(Method operation) throws ReflectiveOperationException {
        BlockChild child = child(null);
        FilterNode filter = new PlainFilter(child, newest());
        Object[] arguments = arguments(operation);
        Object result = operation.invoke(filter, arguments);
        if (operation.getName().equals("blockStatus")) {
            // The runtime follows it down instead of a recursion.
            BlockStatus.SameAs same = assertInstanceOf(BlockStatus.SameAs.class, result);
            assertSame(child, same.child());
            assertEquals(arguments[0], same.childOffset());
            assertEquals(arguments[1], same.bytes());
            return;
        }
        List<Object> expected = new ArrayList<>(List.of(operation.getName()));
        expected.addAll(Arrays.asList(arguments));
        assertEquals(expected, calls);
        assertEquals(VALUES.get(operation.getReturnType()), result);
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i] instanceof ByteBuffer buffer) {
                assertSame(buffer, calls.get(i + 1));
                assertEquals(0, buffer.position());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("operations")
    void failure_ofTheChild_comesThroughUnchanged(Method operation) {
        IllegalStateException failure = new IllegalStateException("the child failed");
        FilterNode filter = new PlainFilter(child(failure), newest());
        if (operation.getName().equals("blockStatus")) {
            return;
        }
        InvocationTargetException thrown = assertThrows(InvocationTargetException.class,
                () -> operation.invoke(filter, arguments(operation)));
        assertSame(failure, thrown.getCause());
    }

    /** Each level of filters either forwards an operation or refuses it; none falls through to something else. */
    @ParameterizedTest
    @MethodSource("operations")
    void operation_ofAFilterOfAnyLevel_isForwardedOrRefused(Method operation) throws IllegalAccessException {
        for (SpiLevel level : SpiLevel.values()) {
            calls.clear();
            FilterNode filter = new PlainFilter(child(null), level);
            try {
                operation.invoke(filter, arguments(operation));
            } catch (InvocationTargetException e) {
                BlockException refusal = assertInstanceOf(BlockException.class, e.getCause());
                assertEquals(ErrorKind.UNSUPPORTED, refusal.kind());
                assertEquals(List.of(), calls, "refused and yet forwarded");
                assertTrue(level.compareTo(newest()) < 0, "refused to the newest level");
            }
        }
    }

    private static SpiLevel newest() {
        return SpiLevel.values()[SpiLevel.values().length - 1];
    }
}
