package dev.resound.socketio;

import dev.resound.socketio.packet.EventNames;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Proxy;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Methods that stand for events: calling them emits, and what is received calls them.
 * <b>Thread:</b> any.
 */
final class Contract {
    private static final Logger LOG = LoggerFactory.getLogger(Contract.class);

    private Contract() {}

    /** Where calls go. */
    interface Emitter {
        Json json();

        void emit(String event, @Nullable Object[] arguments);

        /** With all answers, of which a socket gives one. */
        CompletableFuture<List<Arguments>> ask(String event, @Nullable Object[] arguments);
    }

    // ---- out

    /**
     * An object whose methods emit.
     *
     * @param single whether there is one answer, not a list of them
     */
    static <T> T emitting(Class<T> contract, Emitter emitter, boolean single) {
        if (!contract.isInterface()) {
            throw new IllegalArgumentException(contract.getName() + " is no interface");
        }
        for (Method method : contract.getMethods()) {
            if (isEvent(method)) {
                checkEmits(method, single);
            }
        }
        InvocationHandler calls =
                (proxy, method, arguments) -> {
                    @Nullable Object[] given = arguments == null ? new Object[0] : arguments;
                    if (method.getDeclaringClass() == Object.class) {
                        return ofObject(proxy, method.getName(), given, contract);
                    }
                    if (method.isDefault()) {
                        return InvocationHandler.invokeDefault(proxy, method, given);
                    }
                    if (method.getReturnType() == void.class) {
                        emitter.emit(nameOf(method), given);
                        return null;
                    }
                    return answers(method, single, emitter, given);
                };
        return contract.cast(
                Proxy.newProxyInstance(
                        contract.getClassLoader(), new Class<?>[] {contract}, calls));
    }

    private static @Nullable Object ofObject(
            Object proxy, String method, @Nullable Object[] arguments, Class<?> contract) {
        return switch (method) {
            case "equals" -> proxy == arguments[0];
            case "hashCode" -> System.identityHashCode(proxy);
            default -> contract.getSimpleName() + " emitting";
        };
    }

    private static void checkEmits(Method method, boolean single) {
        EventNames.checked(nameOf(method));
        boolean answer =
                method.getReturnType() == CompletableFuture.class
                        && method.getGenericReturnType() instanceof ParameterizedType;
        boolean many =
                answer
                        && typeArgument(method.getGenericReturnType())
                                instanceof ParameterizedType list
                        && list.getRawType() == List.class;
        if (method.getReturnType() != void.class && !(answer && (single || many))) {
            throw new IllegalArgumentException(
                    method
                            + " must return void, or a CompletableFuture of "
                            + (single ? "the answer" : "a List of the answers"));
        }
    }

    private static Object answers(
            Method method, boolean single, Emitter emitter, @Nullable Object[] arguments) {
        Type wanted = typeArgument(method.getGenericReturnType());
        CompletableFuture<List<Arguments>> all = emitter.ask(nameOf(method), arguments);
        return single
                ? all.thenApply(one -> read(one.getFirst(), wanted, emitter.json()))
                : all.thenApply(each -> {
                    List<@Nullable Object> read = new ArrayList<>();
                    for (Arguments one : each) {
                        read.add(read(one, typeArgument(wanted), emitter.json()));
                    }
                    return read;
                });
    }

    private static @Nullable Object read(Arguments answer, Type type, Json json) {
        return type == Void.class || type == Arguments.class
                ? (type == Void.class ? null : answer)
                : answer.as(0, json.mapper().constructType(type));
    }

    private static Type typeArgument(Type generic) {
        return ((ParameterizedType) generic).getActualTypeArguments()[0];
    }

    // ---- in

    /** Has a socket's events call the methods of the handler that are declared in here. */
    static void serve(Conversation<?> socket, Class<?> declaring, Object handler, boolean all) {
        int served = 0;
        for (Method method : declaring.getMethods()) {
            if (isEvent(method) && (all || method.isAnnotationPresent(OnEvent.class))) {
                if (!method.trySetAccessible()) {
                    throw new IllegalArgumentException(
                            method + " cannot be called: open its package to this module");
                }
                socket.listeners.on(
                        nameOf(method), arguments -> call(socket, handler, method, arguments));
                served++;
            }
        }
        if (served == 0) {
            throw new IllegalArgumentException(
                    declaring.getName() + " has no public methods for events");
        }
    }

    private static void call(
            Conversation<?> socket, Object handler, Method method, Arguments arguments)
            throws Exception {
        Class<?>[] types = method.getParameterTypes();
        Type[] generic = method.getGenericParameterTypes();
        @Nullable Object[] values = new Object[types.length];
        int position = 0;
        for (int i = 0; i < types.length; i++) {
            if (types[i] == Socket.class) {
                values[i] = socket.socket;
            } else if (types[i] == Ack.class) {
                values[i] = arguments.ack();
            } else if (types[i] == Arguments.class) {
                values[i] = arguments;
            } else if (types[i] == byte[].class && arguments.isBinary(position)) {
                values[i] = arguments.bytes(position++);
            } else {
                values[i] = value(socket.namespace.json(), arguments, position++, generic[i]);
            }
            if (values[i] == null && types[i].isPrimitive()) {
                throw new MissingArgument(position - 1, types[i].getName());
            }
        }
        Object result;
        try {
            result = method.invoke(handler, values);
        } catch (InvocationTargetException thrown) {
            if (thrown.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw thrown;
        }
        answer(method, result, arguments.ack());
    }

    private static @Nullable Object value(Json json, Arguments arguments, int position, Type type) {
        return arguments.as(position, json.mapper().constructType(type));
    }

    private static void answer(Method method, @Nullable Object result, Ack ack) {
        if (result instanceof CompletionStage<?> later) {
            later.whenComplete((value, failure) -> {
                if (failure != null) {
                    LOG.error("An answer failed", failure);
                } else if (isVoid(method)) {
                    ack.send();
                } else {
                    ack.send(value);
                }
            });
        } else if (method.getReturnType() != void.class) {
            ack.send(result);
        }
    }

    private static boolean isVoid(Method method) {
        return method.getGenericReturnType() instanceof ParameterizedType stage
                && stage.getActualTypeArguments()[0] == Void.class;
    }

    private static boolean isEvent(Method method) {
        return method.getDeclaringClass() != Object.class
                && !Modifier.isStatic(method.getModifiers())
                && !method.isBridge()
                && (!method.isDefault() || method.isAnnotationPresent(OnEvent.class));
    }

    private static String nameOf(Method method) {
        OnEvent given = method.getAnnotation(OnEvent.class);
        return given == null ? method.getName() : given.value();
    }
}
