package org.dreamkeeper.host.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileStoreAttributeView;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.dreamkeeper.Locks;
import org.dreamkeeper.torture.Mount;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Doctor finds what it says it looks for, and mends what it says it mends. */
final class DoctorTest extends CommandTestBase {
  private static final String TEMPORARY = "java.io.tmpdir";
  private final String temporary = System.getProperty(TEMPORARY);

  /** Others leave their sockets where all temporary files are. */
  @BeforeEach
  void alone() throws IOException {
    System.setProperty(TEMPORARY, Files.createDirectory(dir.resolve("tmp")).toString());
  }

  @AfterEach
  void others() {
    System.setProperty(TEMPORARY, temporary);
  }

  /** The checks that found something, text and JSON alike; nothing is changed. */
  private List<String> found(String... parts) {
    Map<String, String> before = files();
    Ran text = run("doctor");
    text.says(parts);
    Ran json = run("doctor", "--json");
    assertEquals(text.code(), json.code());
    JsonArray problems =
        new JsonObject(json.out())
            .getJsonObject("data")
            .getJsonArray("projects")
            .getJsonObject(0)
            .getJsonArray("problems");
    assertEquals(problems.isEmpty() ? 0 : 23, text.code());
    assertEquals(before, files());
    List<String> checks =
        problems.stream().map(each -> ((JsonObject) each).getString("check")).toList();
    checks.forEach(check -> text.says("\n  " + check + " "));
    return checks;
  }

  private void mends(String... parts) {
    assertEquals(22, run("doctor", "--fix").code(), "nobody is there to ask");
    assertEquals(22, answering("n\n", "doctor", "--fix").code());
    Ran fixed = answering("y\n", "doctor", "--fix");
    fixed.says("Mended; what it was before is in ", "No problems found.");
    fixed.says(parts);
    assertEquals(0, fixed.code());
    assertEquals(List.of(), found("No problems found."));
  }

  private String copied(String name) throws IOException {
    try (Stream<Path> all = Files.list(base)) {
      Path copies =
          all.filter(each -> each.getFileName().toString().startsWith(".dreamkeeper.doctor-"))
              .findFirst()
              .orElseThrow();
      return Files.readString(copies.resolve(name));
    }
  }

  @Test
  void nothing() throws IOException {
    write("dream-state.json", state(new JsonObject()));
    assertEquals(List.of(), found("No problems found."));
    serve();
    assertEquals(List.of(), found("No problems found."));
  }

  @Test
  void aCrash() throws IOException {
    sample();
    write("dream-state.json.5f0c2a1e.tmp", "half");
    Files.setLastModifiedTime(
        base.resolve("dream-state.json.5f0c2a1e.tmp"), FileTime.from(Instant.EPOCH));
    assertEquals(
        List.of("leftovers", "entries", "lock"),
        found(
            "its dream was left in the middle",
            "PID 4194305, which is dead, has left it held",
            "3 problems found; --fix mends 3"));
    mends();
    assertFalse(Files.exists(base.resolve("dream-state.json.5f0c2a1e.tmp")));
    assertEquals("half", copied("dream-state.json.5f0c2a1e.tmp"));
    assertTrue(copied("drm-1741982400000.json").contains("processing"));
    run("log").says("drm-1741982400000  error");
  }

  @Test
  void entriesThatAreNone() throws IOException {
    write("dream-state.json", state(new JsonObject()));
    write("dream-log/drm-5.json", "{");
    write("dream-log/drm-6.json", entry("drm-7", "processing", 6, new JsonObject()));
    assertEquals(
        List.of("entries", "entries"),
        found("dream-log/drm-5.json: it is not a JSON object", "drm-6.json: /id: "));
    mends();
    assertEquals("{", copied("drm-5.json"));
    run("status").saysNot("unreadable file");
  }

  @Test
  void aCorruptState() throws IOException {
    String corrupt = state(JsonObject.of("totalDreams", "many"));
    write("dream-state.json", corrupt);
    assertEquals(List.of("state"), found("it is corrupt: /totalDreams"));
    mends();
    assertEquals(corrupt, copied("dream-state.json"));
    run("status").says("9 curations since");
  }

  @Test
  void aStateThatWasSetAside() throws IOException {
    JsonObject merge =
        JsonObject.of("sourceFile", "a", "mergeTarget", "b", "reason", "c")
            .put("suggestedByDreamId", "drm-1");
    write(
        "dream-state.json.corrupt-5",
        state(JsonObject.of("pendingMerges", new JsonArray().add(merge))));
    write("dream-state.json", state(new JsonObject()));
    serve();
    assertEquals(List.of("quarantine"), found("the state lacks [pendingMerges]"));
    run("status").says("1 corrupt state set aside");
    mends();
    run("status").says("1 merge pending");
    run("status").saysNot("corrupt state");
  }

  @Test
  void whatAPersonHasToMend() throws IOException {
    JsonObject odd = JsonObject.of("undoing", "drm-3", "lastDreamLogId", "drm-4");
    odd.put("lastDreamAt", "2199-01-01T00:00:00.000Z");
    write("dream-state.json", state(odd));
    write("dream-state (conflicted copy).json", "{}");
    write(".dreamkeeper.claim", "torn");
    Path left = Files.createDirectory(dir.resolve("tmp/dreamkeeper-17"));
    assertEquals(
        List.of("claim", "leftovers", "sockets", "state", "state", "state"),
        found(
            ".dreamkeeper.claim: it is torn: no record in it is whole",
            "the next one to do so writes a new one",
            "rm -r '" + left,
            "Finish it: undo drm-3",
            "is in the future",
            "drm-4, is not in the log",
            "6 problems found; --fix mends 0 of them."));
    assertEquals(23, run("doctor", "--fix").code());
    write("dream-state.json", "{\"version\": 2}");
    found("it is newer", "Serve it with the version that wrote it");
  }

  @Test
  void tooLittleMemoryForTheLargestBody() throws IOException {
    write("dream-state.json", state(new JsonObject()));
    serve("maxBytes", 20 << 20);
    assertEquals(
        List.of("memory"),
        found("a body may have 16777216 bytes, but only 4194304 fit", "-Xmx801m, would do"));
    unserve();
    Path file = dir.resolve("conf.json");
    JsonObject project = JsonObject.of("baseDir", base.toString(), "maxBytes", 20 << 20);
    Files.writeString(file, JsonObject.of("projects", new JsonArray().add(project)).encode());
    Ran ran = run("doctor", "-conf", file.toString());
    assertEquals(23, ran.code());
    ran.says("memory     maxMessageBytes: a body may have", "1 problem found");
  }

  @Test
  void doubtfulConfigurations() throws IOException {
    Path brv = Files.createDirectories(base.resolve("in/.brv"));
    Files.writeString(brv.resolve("dream-state.json"), state(new JsonObject()));
    write("dream-state.json", state(new JsonObject()));
    JsonArray projects =
        new JsonArray()
            .add(JsonObject.of("address", "a", "baseDir", base.toString()))
            .add(JsonObject.of("address", "b", "baseDir", brv.toString()));
    Path file = dir.resolve("conf.json");
    Files.writeString(file, JsonObject.of("projects", projects).encode());
    Ran ran = run("doctor", "-conf", file.toString());
    assertEquals(23, ran.code());
    ran.says("it is in the directory of the project a", "lock.settleMs is 0", "No problems found.");
  }

  @Test
  void whatThisUserMayNotWrite() throws IOException, InterruptedException {
    write("dream-state.json", state(new JsonObject()));
    Files.createDirectory(base.resolve("dream-log"));
    String who = System.getProperty("user.name");
    try (Mount state = Mount.readOnlyOver(base.resolve("dream-state.json"));
        Mount log = Mount.readOnlyOver(base.resolve("dream-log"))) {
      assertEquals(
          List.of("permissions", "permissions"),
          found(
              log.at() + ": it is not writable for " + who,
              "Try: chmod u+rwx '" + log.at() + "'",
              state.at() + ": " + who + " may not read and write it",
              "Try: chmod u+rw '" + state.at() + "', or chown it to who serves it."));
    }
    assertEquals(List.of(), found("No problems found."));
  }

  @Test
  void littleSpaceAndThatReadOnly() throws IOException, InterruptedException {
    try (Mount mount = Mount.tmpfs(base, "2m")) {
      write("dream-state.json", state(new JsonObject()));
      String left = base + ": 1 MB are left on its file system";
      assertEquals(List.of("space"), found(left, "Make room: what cannot be written is refused."));
      mount.remount("ro");
      assertEquals(
          List.of("permissions", "space"),
          found(base + ": its file system is mounted read-only", "Mount it writable."));
    }
  }

  @Test
  void aKindOfFileSystemThatMayNotLock() throws IOException {
    for (String type : List.of("nfs4", "cifs", "fuse.sshfs", "9p", "vfat", "ext4", "tmpfs")) {
      FolderChecks checks = new FolderChecks(base, new ArrayList<>());
      checks.fileSystem(new OtherFileSystem(type));
      List<String> told = checks.found().stream().map(each -> each.toJson().encode()).toList();
      if (type.equals("ext4") || type.equals("tmpfs")) {
        assertEquals(List.of(), told);
        continue;
      }
      assertEquals(1, told.size(), type);
      String problem = told.get(0);
      assertTrue(problem.startsWith("{\"check\":\"filesystem\",\"place\":\"" + base), problem);
      assertTrue(problem.contains("its file system is " + type + ", where locks of"), problem);
      assertTrue(problem.contains("Serve it from one machine alone, or move it to"), problem);
    }
  }

  /** One that no test can mount; it has room. */
  private static final class OtherFileSystem extends FileStore {
    private final String type;

    OtherFileSystem(String type) {
      this.type = type;
    }

    @Override
    public String name() {
      return "other";
    }

    @Override
    public String type() {
      return type;
    }

    @Override
    public boolean isReadOnly() {
      return false;
    }

    @Override
    public long getTotalSpace() {
      return 1L << 40;
    }

    @Override
    public long getUsableSpace() {
      return 1L << 40;
    }

    @Override
    public long getUnallocatedSpace() {
      return 1L << 40;
    }

    @Override
    public boolean supportsFileAttributeView(Class<? extends FileAttributeView> view) {
      return false;
    }

    @Override
    public boolean supportsFileAttributeView(String view) {
      return false;
    }

    @Override
    public <V extends FileStoreAttributeView> V getFileStoreAttributeView(Class<V> view) {
      return null;
    }

    @Override
    public Object getAttribute(String attribute) {
      throw new UnsupportedOperationException(attribute);
    }
  }

  @Test
  void aClaimThatIsOlderThanWhatIsOnTheDisk() throws IOException {
    Path claim = base.resolve(".dreamkeeper.claim");
    serve();
    unserve();
    byte[] old = Files.readAllBytes(claim);
    serve();
    unserve();
    long token = Locks.take(serve(), "later").token();
    unserve();
    JsonObject later = JsonObject.of("completedAt", 6, "error", "no luck", "lockToken", token);
    write("dream-log/drm-5.json", entry("drm-5", "error", 5, later));
    assertEquals(List.of(), found("No problems found."));
    Files.write(claim, old);
    assertEquals(
        List.of("claim"),
        found(
            claim + ": it is older than the tokens in lock and log",
            "the next one to do so writes a new one; ids and tokens go on above those"));
    serve();
    assertEquals(List.of(), found("No problems found."));
  }

  @Test
  void aClaimOfAnotherNamespace() throws IOException {
    serve();
    Path claim = base.resolve(".dreamkeeper.claim");
    String ours = Files.readString(claim).lines().reduce("", (first, next) -> next).strip();
    String json = ours.substring(0, ours.lastIndexOf(' '));
    json = json.replaceFirst("\"pidNamespace\":\"[^\"]*\"", "\"pidNamespace\":\"pid:[1]\"");
    CRC32 sum = new CRC32();
    sum.update(json.getBytes(StandardCharsets.UTF_8));
    String theirs = json + " " + Long.toHexString(sum.getValue()) + "\n";
    Files.writeString(claim, theirs);
    assertEquals(List.of(), found("served by PID ", "No problems found."), "its socket answers");
    unserve();
    Files.writeString(claim, theirs);
    String pid = "PID " + ProcessHandle.current().pid();
    assertEquals(
        List.of("claim"),
        found(
            "(nobody can be asked)",
            claim + ": " + pid + " of another PID namespace may serve it",
            "Unless a host serves it, the next one to do so writes a new one"));
    Ran why = run("why");
    assertEquals(21, why.code());
    assertTrue(why.err().contains("in another PID namespace: whether that serves it"), why.err());
    serve();
    assertEquals(List.of(), found("No problems found."));
  }
}
