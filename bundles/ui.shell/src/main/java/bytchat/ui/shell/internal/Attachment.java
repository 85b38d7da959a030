package bytchat.ui.shell.internal;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** A file that the caller names, or the caller's standard input. */
final class Attachment {
    /** Names the standard input in place of a file. */
    static final String STANDARD_INPUT = "-";
    private static final List<Magic> MAGICS = List.of(
            new Magic("image/jpeg", 0, new byte[] {(byte) 0xff, (byte) 0xd8, (byte) 0xff}),
            new Magic("image/png", 0, new byte[] {(byte) 0x89, 'P', 'N', 'G'}),
            new Magic("image/gif", 0, new byte[] {'G', 'I', 'F', '8'}),
            new Magic("image/webp", 8, new byte[] {'W', 'E', 'B', 'P'}),
            new Magic("application/pdf", 0, new byte[] {'%', 'P', 'D', 'F', '-'}),
            new Magic("application/zip", 0, new byte[] {'P', 'K', 3, 4}));

    private Attachment() {
    }

    /** Relative names are the caller's, not the node's. */
    static byte[] read(Invocation invocation, Path name, int bytesMax) throws ShellException, IOException {
        byte[] content;
        if (name.toString().equals(STANDARD_INPUT)) {
            content = invocation.input();
        } else {
            Path file = invocation.directory().resolve(name);
            try {
                if (!Files.isRegularFile(file)) {
                    throw new ShellException(Files.exists(file) ? file + " is not a file" : "there is no file " + file);
                }
                content = Files.size(file) > bytesMax ? new byte[bytesMax + 1] : Files.readAllBytes(file);
            } catch (NoSuchFileException e) {
                throw new ShellException("there is no file " + file);
            } catch (java.nio.file.AccessDeniedException e) {
                throw new ShellException("the node may not read " + file + ": send it with --file - < "
                        + file.getFileName());
            }
        }
        if (content.length > bytesMax) {
            throw new ShellException(name + " is longer than " + bytesMax / 1024 + " KiB, which is the most for now");
        }
        return content;
    }

    /** What kind of content it is: by its first bytes, then by its name, then whether it is text. */
    static String mimeType(Path name, byte[] content) throws IOException {
        for (Magic magic : MAGICS) {
            if (magic.matches(content)) {
                return magic.mimeType();
            }
        }
        String byName = name.toString().equals(STANDARD_INPUT) ? null : Files.probeContentType(name);
        if (byName != null) {
            return byName;
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content));
            return "text/plain";
        } catch (CharacterCodingException e) {
            return "application/octet-stream";
        }
    }

    private record Magic(String mimeType, int at, byte[] bytes) {
        boolean matches(byte[] content) {
            return content.length >= at + bytes.length
                    && Arrays.equals(content, at, at + bytes.length, bytes, 0, bytes.length);
        }
    }
}
