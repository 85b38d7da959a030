package bytchat.itests.fuzz;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingStream;

/**
 * Sees every exception that is made in this JVM, also those that somebody catches: a stage of a future, or a transport, swallows
 * what its callback throws, and a fault must not hide there. Listens to the JVM's flight recorder; faults are exceptions that stand
 * for a mistake in our own code and were thrown in a class of BytChat.
 */
public final class FaultWatch implements AutoCloseable {
    private static final Set<String> FAULTS = Set.of(
            "java.lang.NullPointerException",
            "java.lang.ClassCastException",
            "java.lang.IndexOutOfBoundsException",
            "java.lang.ArrayIndexOutOfBoundsException",
            "java.lang.StringIndexOutOfBoundsException",
            "java.lang.NegativeArraySizeException",
            "java.lang.ArithmeticException",
            "java.lang.IllegalStateException",
            "java.lang.UnsupportedOperationException",
            "java.lang.StackOverflowError",
            "java.lang.OutOfMemoryError",
            "java.nio.BufferUnderflowException",
            "java.nio.BufferOverflowException",
            "java.util.NoSuchElementException",
            "java.util.ConcurrentModificationException");
    private static final int REMEMBERED = 100;
    private static final int FRAMES = 12;
    private static final int PATIENCE_S = 30;

    private final Map<String, Integer> found = new LinkedHashMap<>();
    private final RecordingStream events = new RecordingStream();
    private final CountDownLatch markerSeen = new CountDownLatch(1);
    private long seen;

    /** Made last: when the recorder tells of it, it has told of all that this thread made before. */
    private static final class Marker extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    public FaultWatch() {
        events.enable("jdk.JavaExceptionThrow").withStackTrace();
        events.enable("jdk.JavaErrorThrow").withStackTrace();
        events.onEvent("jdk.JavaExceptionThrow", this::thrown);
        events.onEvent("jdk.JavaErrorThrow", this::thrown);
        events.setReuse(true);
        // In order they would pile up in the recorder, and the heap is looked at as well.
        events.setOrdered(false);
        events.startAsync();
    }

    private synchronized void thrown(RecordedEvent event) {
        seen++;
        String thrownClass = event.getClass("thrownClass").getName();
        if (thrownClass.equals(Marker.class.getName())) {
            markerSeen.countDown();
        }
        if (!FAULTS.contains(thrownClass) || event.getStackTrace() == null) {
            return;
        }
        List<RecordedFrame> frames = event.getStackTrace().getFrames();
        String ours = frames.stream()
                .limit(FRAMES)
                .filter(frame -> frame.getMethod().getType().getName().startsWith("bytchat."))
                .findFirst()
                .map(frame -> frame.getMethod().getType().getName() + "." + frame.getMethod().getName()
                        + ":" + frame.getLineNumber())
                .orElse("");
        if (!ours.isEmpty() && found.size() < REMEMBERED) {
            found.merge(thrownClass + " in " + ours, 1, Integer::sum);
        }
    }

    /** Faults that the recorder has told of until now, with how often: it is a second late. */
    public synchronized Map<String, Integer> found() {
        return new LinkedHashMap<>(found);
    }

    /** Faults until now; everything that this thread made before this call is counted. */
    public Map<String, Integer> stop() {
        new Marker();
        try {
            if (!markerSeen.await(PATIENCE_S, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the flight recorder says nothing");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        return found();
    }

    /** Exceptions of every kind. */
    public synchronized long seen() {
        return seen;
    }

    @Override
    public void close() {
        events.close();
    }
}
