package org.dreamkeeper.file;

import static org.dreamkeeper.Requests.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.dreamkeeper.Calls;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.Budget;
import org.dreamkeeper.bus.impl.async.ProjectThreads;
import org.dreamkeeper.file.FaultyDisk.Op;
import org.dreamkeeper.junit5.ManualTime;
import org.dreamkeeper.store.StoreCheck;
import org.dreamkeeper.store.StoreCheck.Finding;
import org.dreamkeeper.store.StoreCheck.Kind;
import org.dreamkeeper.store.StoreException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What is found beside the files that are served, and what can be done about it. */
@ExtendWith(VertxExtension.class)
class FileStoreCheckTest {
  private static final String STATE =
      "{\"version\": 1, \"curationsSinceDream\": 0, \"lastDreamAt\": null,"
          + " \"lastDreamLogId\": null, \"totalDreams\": 0}";

  @TempDir Path directory;
  private final FaultyDisk disk = new FaultyDisk();
  private FileProjectStore store;
  private StoreCheck check;

  @BeforeEach
  void open(Vertx vertx) throws IOException {
    Files.createDirectories(directory.resolve("dream-log"));
    write("dream-state.json", STATE);
    FileOptions options =
        new FileOptions(
            directory.toString(),
            true,
            new LockSharing(1_800_000, true, 0),
            "check",
            Contact.NONE,
            new Budget(64 << 20, 1 << 20));
    store =
        await(
            FileProjectStore.open(
                vertx,
                new ManualTime(1_795_392_000_000L),
                new ProjectThreads(vertx, "check"),
                disk.machine(),
                options));
    check = store.check();
  }

  @AfterEach
  void close() {
    await(store.close());
  }

  private void write(String name, String text) throws IOException {
    Path file = Files.writeString(directory.resolve(name), text);
    Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochMilli(1_000)));
  }

  private static String entry(String id) {
    return Calls.bareEntry(id, 5, "processing").encodePrettily();
  }

  private Map<String, Kind> found() {
    Map<String, Kind> found = new TreeMap<>();
    await(check.check()).forEach(each -> found.put(each.place(), each.kind()));
    return found;
  }

  private Finding finding(String place) {
    return await(check.check()).stream()
        .filter(each -> each.place().equals(place))
        .findFirst()
        .orElseThrow();
  }

  private Set<String> names() throws IOException {
    Set<String> names = new TreeSet<>();
    try (Stream<Path> all = Files.walk(directory)) {
      all.filter(Files::isRegularFile)
          .map(each -> directory.relativize(each).toString())
          .filter(name -> !name.equals(DirectoryClaim.NAME))
          .forEach(names::add);
    }
    return names;
  }

  private static String refused(Future<?> call) {
    DreamkeeperException refusal = assertThrows(DreamkeeperException.class, () -> await(call));
    assertEquals(FailureCode.INVALID_REQUEST, refusal.code());
    assertEquals(1, refusal.getMessage().lines().count());
    return refusal.getMessage();
  }

  @Test
  void whereAllIsWellNothingIsFoundAndNothingChanged() throws IOException {
    write("dream-log/drm-5.json", entry("drm-5"));
    write("dream-log/notes.txt", "somebody's");
    write("other.tmp", "somebody's");
    Set<String> before = names();
    assertEquals(Map.of(), found());
    assertEquals(before, names());
  }

  @Test
  void whatNobodyWillFinishIsTold() throws IOException {
    write("dream-state.json.dk1-7.tmp", "half");
    write("dream-log/drm-5.json.dk1-8.tmp", "half");
    write("dream-log/drm-6.json.theirs.tmp", "old");
    Files.writeString(directory.resolve("dream-log/drm-7.json.theirs.tmp"), "young");
    assertEquals(
        Map.of(
            "dream-state.json.dk1-7.tmp",
            Kind.ABANDONED,
            "dream-log/drm-5.json.dk1-8.tmp",
            Kind.ABANDONED,
            "dream-log/drm-6.json.theirs.tmp",
            Kind.ABANDONED),
        found());
    assertEquals(5, names().size(), "nothing is removed");
  }

  @Test
  void anEntryThatCannotBeReadIsSetAside() throws IOException {
    write("dream-log/drm-1.json", "{ broken");
    write("dream-log/drm-2.json", entry("drm-3"));
    write("dream-log/drm-4.json", "{\"id\": \"drm-4\"}");
    write("dream-log/drm-5.json", entry("drm-5"));
    Files.createDirectory(directory.resolve("dream-log/drm-6.json"));
    assertEquals(
        Set.of(
            "dream-log/drm-1.json",
            "dream-log/drm-2.json",
            "dream-log/drm-4.json",
            "dream-log/drm-6.json"),
        found().keySet());
    for (Finding each : await(check.check())) {
      assertEquals(Kind.UNREADABLE_ENTRY, each.kind());
      assertEquals(1, each.detail().lines().count());
      String name = each.place().replaceFirst(".*/(.*)\\.json", "$1");
      await(check.setAside(name));
    }
    assertEquals(Set.of(Kind.ENTRY_SET_ASIDE), Set.copyOf(found().values()));
    assertEquals(4, found().size());
    assertEquals(
        "{ broken", Files.readString(directory.resolve("dream-log/drm-1.json.aside-1000")));
    assertTrue(Files.exists(directory.resolve("dream-log/drm-5.json")));
    List<String> listed = await(store.log().refresh(false, each -> each.version().id())).changed();
    assertEquals(List.of("drm-5"), listed, "the log lists no other");
    write("dream-log/drm-1.json", "broken again");
    assertEquals("dream-log/drm-1.json.aside-1001", await(check.setAside("drm-1")));
  }

  @Test
  void whatCanBeReadIsNotSetAside() throws IOException {
    write("dream-log/drm-5.json", entry("drm-5"));
    assertTrue(refused(check.setAside("drm-5")).contains("can be read"));
    assertTrue(refused(check.setAside("drm-6")).contains("is not there"));
    assertTrue(refused(check.setAside("../drm-5")).contains("no id"));
    assertEquals(Set.of("dream-log/drm-5.json", "dream-state.json"), names());
  }

  @Test
  void aDiskThatSaysNoChangesNothing() throws IOException {
    write("dream-log/drm-1.json", "{ broken");
    disk.fail(Op.RENAME, "Input/output error");
    StoreException no = assertThrows(StoreException.class, () -> await(check.setAside("drm-1")));
    assertEquals("dream-log/drm-1.json: Input/output error", no.getMessage());
    disk.heal();
    assertEquals(Set.of("dream-log/drm-1.json", "dream-state.json"), names());
  }

  private void quarantine(String text) throws IOException {
    write("dream-state.json.corrupt-77", text);
  }

  private JsonObject state() throws IOException {
    return new JsonObject(Files.readString(directory.resolve("dream-state.json")));
  }

  @Test
  void whatAStateLacksOfOneThatWasSetAsideIsPutBack() throws IOException {
    quarantine(
        "{\"version\": 1, \"curationsSinceDream\": 7, \"lastDreamAt\": 5, \"totalDreams\": 3,"
            + " \"undoing\": \"drm-9\", \"pendingMerges\": []}");
    Finding finding = finding("dream-state.json.corrupt-77");
    assertEquals(Kind.STATE_SET_ASIDE, finding.kind());
    assertEquals(List.of("curationsSinceDream", "totalDreams", "undoing"), finding.fields());
    assertTrue(finding.detail().contains("the state lacks"), finding.detail());
    await(check.putBack(finding.place(), List.of("totalDreams", "undoing")));
    assertEquals(3, state().getInteger("totalDreams"));
    assertEquals("drm-9", state().getString("undoing"));
    assertEquals(0, state().getInteger("curationsSinceDream"));
    assertEquals(List.of("curationsSinceDream"), finding("dream-state.json.corrupt-77").fields());
    assertEquals(1, await(check.statesSetAside()));
    write("dream-state.json", STATE.replace("\"totalDreams\": 0", "\"totalDreams\": 4"));
    assertEquals(List.of(), finding("dream-state.json.corrupt-77").fields());
    assertEquals(0, await(check.statesSetAside()));
    assertTrue(names().contains("dream-state.json.corrupt-77"));
  }

  @Test
  void nothingIsPutBackThatWouldSpoilTheState() throws IOException {
    quarantine("{\"lastDreamAt\": 5, \"totalDreams\": 3}");
    String place = "dream-state.json.corrupt-77";
    JsonObject before = state();
    assertTrue(refused(check.putBack(place, List.of("lastDreamAt"))).contains("/lastDreamAt"));
    assertTrue(refused(check.putBack(place, List.of("nothing"))).contains("no field"));
    assertTrue(refused(check.putBack("dream-state.json", List.of())).contains("no state"));
    assertTrue(refused(check.putBack("../x", List.of())).contains("no state"));
    assertEquals(before, state());
    write("dream-state.json", "{ broken");
    assertTrue(refused(check.putBack(place, List.of("totalDreams"))).contains("not sound"));
    write("dream-state.json", STATE.replace("\"version\": 1", "\"version\": 2"));
    assertTrue(refused(check.putBack(place, List.of("totalDreams"))).contains("/version"));
  }

  @Test
  void ofWhatIsNoObjectNothingCanBePutBack() throws IOException {
    quarantine("{ broken");
    Finding finding = finding("dream-state.json.corrupt-77");
    assertEquals(List.of(), finding.fields());
    assertTrue(finding.detail().contains("no JSON object"), finding.detail());
    refused(check.putBack(finding.place(), List.of("totalDreams")));
  }

  @Test
  void aClaimThatIsGoneIsToldOnly() throws IOException {
    Files.writeString(directory.resolve(DirectoryClaim.NAME), "somebody else's");
    Finding finding = finding(DirectoryClaim.NAME);
    assertEquals(Kind.CLAIM, finding.kind());
    write("dream-log/drm-1.json", "{ broken");
    assertThrows(StoreException.class, () -> await(check.setAside("drm-1")));
  }
}
