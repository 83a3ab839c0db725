package dev.resound.server;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.IntConsumer;

/**
 * The signals that ask a process to end, or to read its configuration again, as a callback. A
 * shutdown hook would not do: the JVM then exits with 143 whatever the hook did, and a second
 * signal goes unheard.
 *
 * <p>Reached by reflection, because the compiler warns of every mention of {@code sun.misc.Signal}
 * and offers no way to say that it is meant; the JDK has no other interface to signals.
 */
final class Signals {
    static final int SIGHUP = 1;
    static final int SIGINT = 2;
    static final int SIGTERM = 15;

    private Signals() {}

    /**
     * Calls back with {@link #SIGINT}, {@link #SIGTERM} or, where there is such a signal, {@link
     * #SIGHUP}, each time on a thread of its own.
     *
     * @throws UnsupportedOperationException if this JVM cannot tell (no {@code jdk.unsupported}
     *     module, or started with {@code -Xrs})
     */
    static void on(IntConsumer action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
            var number = signal.getMethod("getNumber");
            Object handler =
                    Proxy.newProxyInstance(
                            handlerType.getClassLoader(),
                            new Class<?>[] {handlerType},
                            (proxy, method, arguments) ->
                                    switch (method.getName()) {
                                        case "handle" -> {
                                            action.accept((int) number.invoke(arguments[0]));
                                            yield null;
                                        }
                                        case "hashCode" -> System.identityHashCode(proxy);
                                        case "equals" -> proxy == arguments[0];
                                        default -> "signals";
                                    });
            var handle = signal.getMethod("handle", signal, handlerType);
            var byName = signal.getConstructor(String.class);
            for (String name : new String[] {"TERM", "INT"}) {
                handle.invoke(null, byName.newInstance(name), handler);
            }
            try {
                handle.invoke(null, byName.newInstance("HUP"), handler);
            } catch (InvocationTargetException notOnThisSystem) {
                // Windows has none; the file is looked at every other second anyway
            }
        } catch (ReflectiveOperationException unavailable) {
            throw new UnsupportedOperationException("cannot listen to signals", unavailable);
        }
    }
}
