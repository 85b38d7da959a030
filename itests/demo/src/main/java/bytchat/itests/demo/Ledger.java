package bytchat.itests.demo;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was sent to whom, kept outside every node, and what each receiver shows: the only judge of "lost" and "shown twice".
 * Messages are told apart by type and the SHA-256 of their bytes, so every message of the demo has different bytes.
 */
final class Ledger {
    /** A message as it was handed to the sender's node. */
    record Sent(String receiver, String what, String mimeType, String digest, long atNanos) {
    }

    /** A message as a receiver's node shows it. */
    record Shown(String mimeType, String digest) {
    }

    /** What the judge found. */
    record Verdict(List<Sent> lost, List<Sent> twice, List<Shown> strange) {
        boolean good() {
            return lost.isEmpty() && twice.isEmpty() && strange.isEmpty();
        }
    }

    private final List<Sent> sent = new ArrayList<>();

    void sent(String receiver, String what, String mimeType, byte[] data) {
        sent.add(new Sent(receiver, what, mimeType, digest(data), System.nanoTime()));
    }

    List<Sent> to(String receiver) {
        return sent.stream().filter(message -> message.receiver().equals(receiver)).toList();
    }

    int count() {
        return sent.size();
    }

    Verdict judge(String receiver, List<Shown> shown) {
        Map<Shown, Integer> times = new LinkedHashMap<>();
        shown.forEach(message -> times.merge(message, 1, Integer::sum));
        List<Sent> lost = new ArrayList<>();
        List<Sent> twice = new ArrayList<>();
        for (Sent message : to(receiver)) {
            int count = times.getOrDefault(new Shown(message.mimeType(), message.digest()), 0);
            if (count == 0) {
                lost.add(message);
            } else if (count > 1) {
                twice.add(message);
            }
            times.remove(new Shown(message.mimeType(), message.digest()));
        }
        return new Verdict(lost, twice, List.copyOf(times.keySet()));
    }

    static String digest(byte[] data) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(data));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
