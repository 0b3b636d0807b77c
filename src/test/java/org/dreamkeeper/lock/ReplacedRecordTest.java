package org.dreamkeeper.lock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The record is replaced whole; nobody who reads the lock may notice. */
final class ReplacedRecordTest extends LockScenario {
  private static JsonObject owner(String name) {
    return new JsonObject().put("owner", name);
  }

  private JsonObject record() {
    String content = content();
    assertTrue(content.endsWith("\n"), content);
    String pid = ProcessHandle.current().pid() + " ";
    assertTrue(content.startsWith(pid), content);
    return new JsonObject(content.substring(pid.length()));
  }

  private Object inode() throws IOException {
    return Files.getAttribute(file(), "unix:ino");
  }

  @Test
  void aReaderThatHasTheFileOpenKeepsTheRecordItOpened() throws IOException {
    serve();
    String token = token();
    try (var reader = Files.newBufferedReader(file())) {
      long first = record().getLong("expiresAt");
      time.advance(1_000);
      served.ask("lock", "renew", null, "token", token);
      assertEquals(first + 1_000, record().getLong("expiresAt"));
      assertTrue(reader.readLine().contains("\"expiresAt\":" + first));
    }
  }

  @Test
  void aShortRecordLeavesNothingOfALongOneBehind() {
    serve();
    String longOwner = "ö".repeat(256);
    JsonObject grant = served.ask("lock", "tryAcquire", owner(longOwner));
    assertEquals(longOwner, record().getString("owner"));
    served.ask("lock", "release", null, "token", grant.getLong("token").toString());
    served.ask("lock", "tryAcquire", owner("b"));
    assertEquals("b", record().getString("owner"));
  }

  @Test
  void whatAForeignProcessPutThereIsNotWrittenOver() throws Exception {
    serve();
    token();
    Object ours = inode();
    write(Long.toString(nobody()), now());
    assertEquals(ours, inode());
    Path seen = dir.resolve("seen");
    Files.createLink(seen, file());
    String theirs = content();
    assertFalse(status().getBoolean("held"));
    assertTrue(acquire().getBoolean("acquired"));
    assertNotEquals(ours, inode());
    assertEquals(theirs, Files.readString(seen));
  }

  @Test
  void aCleanStopLeavesNothingElse() throws IOException {
    serve();
    String token = token();
    served.ask("lock", "renew", null, "token", token);
    served.close();
    try (Stream<Path> files = Files.list(dir)) {
      List<String> names = files.map(each -> each.getFileName().toString()).toList();
      assertEquals(Set.of(".dreamkeeper.claim", ".dreamkeeper.events-0"), Set.copyOf(names));
    }
  }
}
