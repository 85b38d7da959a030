package bytchat.stores.internal;

import bytchat.api.env.Failures;
import bytchat.api.store.StoreContents;
import bytchat.api.store.StoreException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A store whose contents outlive processes: a call takes effect some time after it was made, in order, and is answered some time after that.
 * When the process crashes in between, nobody is told.
 *
 * @param <S> the store's interface
 */
final class SlowDisk<S> implements InstalledStore<S> {
    private final VirtualTime time;
    private final String name;
    private final Class<S> type;
    private final S real;
    private VirtualTime.Process process;
    private long lastNanos;
    private int restoresLeft = Integer.MAX_VALUE;
    private boolean erases = true;
    private boolean open;
    private boolean gone;

    SlowDisk(VirtualTime time, String name, Class<S> type, S real) {
        this.time = time;
        this.name = name;
        this.type = type;
        this.real = real;
    }

    /** The store is there for a process. */
    SlowDisk<S> in(VirtualTime.Process next) {
        process = next;
        gone = false;
        open = false;
        return this;
    }

    /** It refuses after so many pages. */
    void restoresLeft(int pages) {
        restoresLeft = pages;
    }

    /** Its bundle is being stopped: it refuses everything. */
    void goes() {
        gone = true;
    }

    void erases(boolean works) {
        erases = works;
    }

    boolean isOpen() {
        return open;
    }

    S real() {
        return real;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean durable() {
        return true;
    }

    @Override
    public String bundle() {
        return "bundle." + name;
    }

    @Override
    public S open() {
        open = true;
        VirtualTime.Process mine = process;
        InvocationHandler handler = (proxy, method, arguments) -> {
            if (method.getName().equals("stats")) {
                return method.invoke(real, arguments);
            }
            return call(mine, method, arguments);
        };
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type, StoreContents.class}, handler));
    }

    @Override
    public void close() {
        open = false;
    }

    private CompletionStage<Object> call(VirtualTime.Process mine, Method method, Object[] arguments) {
        CompletableFuture<Object> result = new CompletableFuture<>();
        boolean refused = gone || method.getName().equals("restore") && restoresLeft-- <= 0
                || method.getName().equals("erase") && !erases;
        if (refused) {
            mine.execute(() -> result.completeExceptionally(new StoreException(gone ? StoreException.Reason.UNAVAILABLE
                    : StoreException.Reason.FULL, name + " takes no more", null)));
            return result;
        }
        lastNanos = Math.max(lastNanos, time.nowNanos() + time.upTo(Duration.ofMillis(3)).toNanos());
        time.after(Duration.ofNanos(lastNanos - time.nowNanos()), () -> {
            if (mine.crashed()) {
                return;
            }
            try {
                ((CompletionStage<?>) method.invoke(real, arguments)).whenComplete((value, failure) ->
                        mine.schedule(time.upTo(Duration.ofMillis(3)), () -> {
                            if (failure == null) {
                                result.complete(value);
                            } else {
                                result.completeExceptionally(Failures.cause(failure));
                            }
                        }));
            } catch (IllegalAccessException | InvocationTargetException e) {
                throw new IllegalStateException(e);
            }
        });
        return result;
    }
}
