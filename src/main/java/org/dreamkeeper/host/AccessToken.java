package org.dreamkeeper.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Set;
import org.dreamkeeper.bus.impl.text.FailureText;
import org.dreamkeeper.web.WebOptions;

/** The token by which a host is asked over HTTP, in a file that its user alone can read. */
final class AccessToken {
  private static final int BYTES = 32;
  private static final int MAX_FILE = 4096;
  private static final Set<PosixFilePermission> OWN =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private AccessToken() {}

  /** Reads it; makes the file, whole or not at all, if there is none. Blocks. */
  static String of(Path file) {
    try {
      try {
        return read(file);
      } catch (NoSuchFileException none) {
        make(file);
        return read(file);
      }
    } catch (IOException failure) {
      throw new HostException(
          "the token cannot be kept in %s: %s. Mend that, or set \"tokenFile\" under \"web\"."
              .formatted(file, FailureText.of(failure)),
          failure);
    }
  }

  private static String read(Path file) throws IOException {
    if (hasModes(file)) {
      Set<PosixFilePermission> others = EnumSet.copyOf(Files.getPosixFilePermissions(file));
      others.removeAll(OWN);
      if (!others.isEmpty()) {
        throw new IOException("others may read it (chmod 600 it)");
      }
    }
    if (Files.size(file) > MAX_FILE) {
      throw new IOException("it is no token");
    }
    String token = Files.readString(file, StandardCharsets.UTF_8).strip();
    if (token.length() < WebOptions.MIN_TOKEN_LENGTH || !token.matches("[-_.~A-Za-z0-9]+")) {
      throw new IOException("it is no token (delete it, and a new one is made)");
    }
    return token;
  }

  private static boolean hasModes(Path file) {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  private static void make(Path file) throws IOException {
    byte[] bytes = new byte[BYTES];
    new SecureRandom().nextBytes(bytes);
    String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    Path folder = file.getParent();
    Path whole =
        hasModes(file)
            ? Files.createTempFile(
                folder, file.getFileName() + ".", ".tmp", PosixFilePermissions.asFileAttribute(OWN))
            : Files.createTempFile(folder, file.getFileName() + ".", ".tmp");
    try {
      Files.writeString(whole, token + "\n");
      Files.createLink(file, whole);
    } catch (FileAlreadyExistsException another) {
      // Another host was faster: its token is the one.
    } catch (UnsupportedOperationException noLinks) {
      Files.move(whole, file);
    } finally {
      Files.deleteIfExists(whole);
    }
  }
}
