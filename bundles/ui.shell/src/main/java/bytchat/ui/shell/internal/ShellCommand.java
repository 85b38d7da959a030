package bytchat.ui.shell.internal;

import bytchat.api.env.Environment;
import bytchat.api.env.Failures;
import bytchat.api.features.FeatureException;
import bytchat.api.messaging.MessagingException;
import bytchat.api.plane.PlaneException;
import bytchat.api.rpc.RpcException;
import bytchat.api.store.StoreException;
import bytchat.api.transport.LinkException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/** A command: options and arguments by annotation, and {@link #run()} for the work. Runs on a thread that may wait. */
abstract class ShellCommand extends CommandGroup implements Callable<Integer> {
    /** How long the network may take. */
    static final Duration NETWORK_LIMIT = Duration.ofSeconds(60);
    /** How long this node may take. */
    static final Duration LOCAL_LIMIT = Duration.ofSeconds(30);

    @Option(names = "--json", description = "Prints one line of JSON.")
    boolean json;

    private Node node;
    private Invocation invocation;

    void on(Node theNode, Invocation theInvocation) {
        node = theNode;
        invocation = theInvocation;
    }

    /** Does the work. */
    abstract View run() throws ShellException, InterruptedException, IOException;

    /** The exit code when {@link #run()} has come back. */
    int exitCode() {
        return Shell.DONE;
    }

    @Override
    public Integer call() throws ShellException, InterruptedException, IOException {
        View view = run();
        if (json) {
            Printer.json(view.data(), invocation.out());
        } else {
            Printer.text(view, invocation.out());
        }
        return exitCode();
    }

    Node node() {
        return node;
    }

    Invocation invocation() {
        return invocation;
    }

    /** Waits for what may be asked from any thread. */
    static <T> T await(CompletionStage<T> stage, Duration limit) throws ShellException, InterruptedException {
        try {
            return stage.toCompletableFuture().get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new ShellException("no answer within " + limit.toSeconds()
                    + " s; \"status\" says what the node is doing");
        } catch (ExecutionException e) {
            throw explain(e.getCause());
        }
    }

    /** Waits for what may be asked on the event loop only. */
    <T> T awaitOnLoop(Supplier<CompletionStage<T>> question, Duration limit) throws ShellException,
            InterruptedException {
        CompletableFuture<T> result = new CompletableFuture<>();
        node.need(Environment.class).loop().execute(() -> {
            try {
                question.get().whenComplete((value, failure) -> {
                    if (failure == null) {
                        result.complete(value);
                    } else {
                        result.completeExceptionally(failure);
                    }
                });
            } catch (RuntimeException e) {
                result.completeExceptionally(e);
            }
        });
        return await(result, limit);
    }

    <T> T onLoop(Supplier<T> question) throws ShellException, InterruptedException {
        return awaitOnLoop(() -> CompletableFuture.completedFuture(question.get()), LOCAL_LIMIT);
    }

    /** Failures that are meant for people become a sentence; any other goes on to the log. */
    private static ShellException explain(Throwable failure) {
        Throwable cause = Failures.cause(failure);
        if (cause instanceof RpcException rpc) {
            return new ShellException("another node answered: " + rpc.getMessage()
                    + (rpc.code() == 0 ? "" : " (" + rpc.code() + ")"));
        }
        if (cause instanceof FeatureException refused) {
            return FeatureCommands.explain(refused);
        }
        if (cause instanceof RejectedExecutionException) {
            return new ShellException("the node is too busy for this now: try again");
        }
        if (cause instanceof MessagingException || cause instanceof PlaneException || cause instanceof IllegalArgumentException
                || cause instanceof IOException
                || cause instanceof StoreException || cause instanceof LinkException) {
            return new ShellException(cause.getMessage());
        }
        if (cause instanceof Error error) {
            throw error;
        }
        throw cause instanceof RuntimeException unexpected ? unexpected : new IllegalStateException(cause);
    }
}
