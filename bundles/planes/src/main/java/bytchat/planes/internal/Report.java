package bytchat.planes.internal;

import bytchat.api.plane.Planes.PlaneInfo;
import bytchat.api.plane.Planes.Role;
import bytchat.api.status.State;
import bytchat.api.status.Status;
import bytchat.api.status.StatusSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What people are told about the planes. May be asked from any thread. */
final class Report {
    private static final String OWN_BUNDLE = "bytchat.planes";

    private final Switchboard board;

    Report(Switchboard board) {
        this.board = board;
    }

    List<PlaneInfo> list() {
        List<PlaneInfo> all = new ArrayList<>();
        board.registry().newest().sorted(Comparator.comparing((Installed i) -> !i.name().equals(board.active())).thenComparing(Installed::name))
                .forEach(i -> all.add(new PlaneInfo(i.name(), i.keySpace(), true, role(i.name()), status(i))));
        Stream.of(board.active(), board.settings().active()).distinct().filter(name -> !board.isInstalled(name)).forEach(name -> {
            PlaneInfo missing = new PlaneInfo(name, board.lines().stream().map(Line::keySpace).findFirst().orElse(""), false, Role.OFF,
                    Status.of(State.WAITING, board.registry().reasonMissing(name)));
            all.add(name.equals(board.active()) ? 0 : all.size(), missing);
        });
        return all;
    }

    private Role role(String name) {
        if (name.equals(board.active())) {
            return Role.ACTIVE;
        }
        if (board.change().filter(c -> c.to.equals(name)).isPresent()) {
            return Role.PREPARING;
        }
        if (carriers(name).anyMatch(carrier -> carrier.leaving() || carrier.sending() > 0)) {
            return Role.DRAINING;
        }
        return board.settings().receiveAll() ? Role.RECEIVING : Role.OFF;
    }

    private Stream<Carrier> carriers(String name) {
        return board.lines().stream().flatMap(line -> line.carriers(name));
    }

    private Status status(Installed plane) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("accounts", board.lines().stream().filter(line -> line.carriers(plane.name()).findAny().isPresent()).count());
        facts.put("sending", carriers(plane.name()).mapToInt(Carrier::sending).sum());
        Optional<Status> own = plane.plane() instanceof StatusSource source ? Optional.of(source.status())
                : carriers(plane.name()).map(Carrier::status).filter(s -> s.state() != State.READY).findFirst();
        own.ifPresent(status -> status.facts().forEach(facts::putIfAbsent));
        if (role(plane.name()) == Role.OFF) {
            return new Status(State.OFF, "only the active plane receives (receive=active)", facts);
        }
        if (plane.name().equals(board.settings().active()) && !board.trouble().isEmpty()) {
            return new Status(State.WAITING, board.trouble(), facts);
        }
        return own.map(status -> new Status(status.state(), status.reason(), facts)).orElse(Status.ready(facts));
    }

    Map<String, Object> facts() {
        PlanesSettings settings = board.settings();
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("active", board.active());
        facts.put("configured", settings.active());
        facts.put("installed", board.registry().newest().map(Installed::name).distinct().sorted().toList());
        facts.put("receive", settings.receiveAll() ? "all" : "active");
        facts.put("accounts", board.lines().size());
        facts.put("sending", carriers(board.active()).mapToInt(Carrier::sending).sum());
        board.change().ifPresent(c -> facts.put("switching_to", c.to));
        return facts;
    }

    /** READY as long as the plane that configuration names sends, however well it is doing itself. */
    Status status(Map<String, Object> facts) {
        String active = board.active();
        if (!board.isInstalled(active)) {
            return new Status(State.WAITING, board.registry().reasonMissing(active), facts);
        }
        return board.trouble().isEmpty() ? Status.ready(facts)
                : new Status(State.WAITING, "configuration names the plane " + board.settings().active() + ", but " + board.trouble()
                        + "; the " + active + " plane still sends", facts);
    }

    List<String> cutOffBy(Set<String> symbolicNames) {
        if (board.lines().isEmpty()) {
            return List.of();
        }
        if (symbolicNames.contains(OWN_BUNDLE)) {
            return List.of("no plane could be used any more by " + counted(board.lines().size(), "account"));
        }
        Set<String> stay = board.registry().newest().filter(i -> !symbolicNames.contains(i.bundle())).map(Installed::name).collect(Collectors.toSet());
        List<String> sentences = new ArrayList<>();
        for (String name : board.registry().newest().map(Installed::name).distinct().filter(n -> !stay.contains(n)).sorted().toList()) {
            int sending = carriers(name).mapToInt(Carrier::sending).sum();
            if (name.equals(board.active())) {
                String first = stay.stream().sorted().findFirst().map(other -> "switch first with plane switch " + other)
                        .orElse("no other plane would be left, install one first");
                sentences.add("the " + name + " plane is active for " + counted(board.lines().size(), "account") + ", "
                        + counted(sending, "envelope") + " on their way: " + first);
            } else if (sending > 0) {
                sentences.add("the " + name + " plane still sends " + counted(sending, "envelope") + ": wait until it has drained");
            }
        }
        return sentences;
    }

    private static String counted(int count, String thing) {
        return count + " " + thing + (count == 1 ? "" : "s");
    }
}
