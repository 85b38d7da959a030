package bytchat.ui.shell.internal;

import bytchat.api.env.Clock;
import bytchat.api.env.Environment;
import bytchat.api.env.Registration;
import bytchat.api.messaging.Messenger;
import bytchat.api.messaging.Messenger.MessageView;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "inbox", description = "Shows messages, newest last.")
final class InboxCommand extends ContactCommands.OfAccount {
    static final int LIMIT_MAX = 1024;
    static final int WAIT_SECONDS_MAX = 3600;
    private static final long LOOK_AGAIN_MS = 1000;

    @Spec
    private CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "CONTACT", description = "Only this conversation.")
    private Optional<String> contact = Optional.empty();

    @Option(names = "--limit", paramLabel = "N", defaultValue = "50",
            description = "At most so many, 1 to 1024 (default: ${DEFAULT-VALUE}).")
    private int limit;

    @Option(names = "--incoming", description = "Only what others sent.")
    private boolean incoming;

    @Option(names = "--after", paramLabel = "N", defaultValue = "-1",
            description = "Only messages behind this number; numbers count per conversation.")
    private long after;

    @Option(names = "--state", paramLabel = "STATE",
            description = "Only messages in this state: waiting, stored, delivered, expired, failed, received.")
    private Optional<String> state = Optional.empty();

    @Option(names = "--wait", paramLabel = "SECONDS", defaultValue = "0",
            description = "Waits up to so long until there are --min messages; exit code 4 if they have not come.")
    private int waitSeconds;

    @Option(names = "--min", paramLabel = "N", defaultValue = "1",
            description = "Messages to wait for (default: ${DEFAULT-VALUE}).")
    private int min;

    private int exitCode = Shell.DONE;

    @Override
    View run() throws ShellException, InterruptedException {
        require(limit >= 1 && limit <= LIMIT_MAX, "--limit is 1 to " + LIMIT_MAX);
        require(waitSeconds >= 0 && waitSeconds <= WAIT_SECONDS_MAX, "--wait is 0 to " + WAIT_SECONDS_MAX + " seconds");
        require(min >= 1 && min <= limit, "--min is 1 to --limit");
        Messenger messenger = messenger();
        List<MessageView> messages = waitSeconds == 0 ? list(messenger) : awaited(messenger);
        return new View.Table(Messages.COLUMNS, messages.stream().map(Messages::row).toList(), "no messages");
    }

    @Override
    int exitCode() {
        return exitCode;
    }

    private List<MessageView> awaited(Messenger messenger) throws ShellException, InterruptedException {
        Clock clock = node().need(Environment.class).clock();
        long end = clock.nanoTime() + TimeUnit.SECONDS.toNanos(waitSeconds);
        Semaphore news = new Semaphore(0);
        try (Registration listening = messenger.onMessage(message -> news.release())) {
            while (true) {
                news.drainPermits(); // before looking, so that nothing that comes meanwhile is missed
                List<MessageView> messages = list(messenger);
                long left = end - clock.nanoTime();
                if (messages.size() >= min) {
                    return messages;
                }
                if (left <= 0 || invocation().gone().getAsBoolean()) {
                    exitCode = Shell.TIMED_OUT;
                    return messages;
                }
                news.tryAcquire(Math.min(left, TimeUnit.MILLISECONDS.toNanos(LOOK_AGAIN_MS)), TimeUnit.NANOSECONDS);
            }
        }
    }

    private List<MessageView> list(Messenger messenger) throws ShellException, InterruptedException {
        boolean filtered = incoming || after >= 0 || state.isPresent();
        List<MessageView> found =
                await(messenger.messages(contact, filtered ? LIMIT_MAX : limit), Duration.ofSeconds(30)).stream()
                .filter(message -> !incoming || !message.outgoing())
                .filter(message -> message.number() > after)
                .filter(message -> state.isEmpty() || message.state().equals(state.get().toLowerCase(Locale.ROOT)))
                .toList();
        return found.subList(Math.max(0, found.size() - limit), found.size());
    }

    private void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), otherwise);
        }
    }
}
