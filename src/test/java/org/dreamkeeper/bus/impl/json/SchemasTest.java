package org.dreamkeeper.bus.impl.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchemasTest {
  /** What is checked, and what says nothing about a value. */
  private static final Set<String> KEYWORDS =
      Set.of(
          "$defs",
          "$ref",
          "$schema",
          "additionalProperties",
          "const",
          "default",
          "description",
          "discriminator",
          "enum",
          "items",
          "maxLength",
          "maxProperties",
          "maximum",
          "minItems",
          "minLength",
          "minProperties",
          "minimum",
          "oneOf",
          "pattern",
          "properties",
          "required",
          "title",
          "type");

  private static final String MAX = "9007199254740991";

  private static final String STATE =
      "{'version':1,'curationsSinceDream':4,'lastDreamAt':null,'lastDreamLogId':null,'totalDreams':0}";

  private static final String PRUNE =
      "{'type':'PRUNE','action':'KEEP','file':'a.md','needsReview':false,'reason':'used'}";

  private static final String ENTRY =
      "{'id':'drm-1','startedAt':1,'completedAt':2,'status':'completed','trigger':'cli',"
          + "'summary':{'consolidated':0,'synthesized':0,'pruned':1,'flaggedForReview':0,'errors':0},"
          + "'operations':["
          + PRUNE
          + "]}";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "state.read|{}",
        "state.write|" + STATE,
        "state.update|{'lastDreamAt':null,'any':[{}]}",
        "state.incrementCurationCount|{}",
        "state.incrementCurationCount|{'by':1}",
        "state.incrementCurationCount|{'by':1000000}",
        "state.incrementCurationCount|{'by':1.0}",
        "state.addPendingMerges|{'merges':[]}",
        "state.addPendingMerges|{'merges':[{'sourceFile':'','mergeTarget':'','reason':'',"
            + "'suggestedByDreamId':'','more':1}]}",
        "state.removePendingMerges|{'merges':[{'sourceFile':'a','mergeTarget':'b','reason':'c'}]}",
        "state.removePendingMerges|{'suggestedByDreamId':'drm-1'}",
        "state.enqueueStaleSummaryPaths|{'paths':['a.md',' ']}",
        "state.drainStaleSummaryPaths|{}",
        "state.recordDream|{'logId':'drm-1234567890123456'}",
        "state.recordDream|{'logId':'drm-1','completedAt':0,'curationsSeen':0}",
        "state.recordDream|{'logId':'drm-1','completedAt':253402300799999,'curationsSeen':"
            + MAX
            + "}",
        "lock.tryAcquire|{}",
        "lock.tryAcquire|{'owner':'','leaseMs':1000,'waitMs':0}",
        "lock.tryAcquire|{'owner':'worker','leaseMs':86400000,'waitMs':86400000}",
        "lock.renew|{}",
        "lock.renew|{'leaseMs':1000}",
        "lock.release|{}",
        "lock.release|{'completedAt':0}",
        "lock.rollback|{}",
        "lock.status|{}",
        "log.nextId|{}",
        "log.save|" + ENTRY,
        "log.getById|{'id':'../../etc/passwd'}",
        "log.list|{}",
        "log.list|{'after':-1.5,'before':1e300,'status':['error','undone'],'trigger':[],'limit':1,"
            + "'cursor':'','brief':true}",
        "log.list|{'limit':1000}",
        "entry|" + ENTRY,
        "storedEntry|" + ENTRY,
      })
  void accepts(String schema, String body) {
    assertEquals(Optional.empty(), Schemas.check(schema, json(body)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "state.read|{'x':1}|/x: unknown key, expected none",
        "state.read|[]|(root): an array, expected an object or null",
        "state.write|{'version':1}|/curationsSinceDream: missing, expected an integer from 0 to "
            + MAX,
        "state.update|[]|(root): an array, expected an object",
        "state.incrementCurationCount|null|(root): null, expected an object",
        "state.incrementCurationCount|{'By':2}|/By: unknown key, expected by",
        "state.incrementCurationCount|{'by':'2'}|/by: '2', expected an integer from 1 to 1000000",
        "state.incrementCurationCount|{'by':0}|/by: 0, expected an integer from 1 to 1000000",
        "state.incrementCurationCount|{'by':1000001}|/by: 1000001, expected an integer from 1 to"
            + " 1000000",
        "state.incrementCurationCount|{'by':1.5}|/by: 1.5, expected an integer from 1 to 1000000",
        "state.incrementCurationCount|{'by':null}|/by: null, expected an integer from 1 to 1000000",
        "state.addPendingMerges|{}|/merges: missing, expected an array",
        "state.addPendingMerges|{'merges':{}}|/merges: an object, expected an array",
        "state.addPendingMerges|{'merges':[],'merge':1}|/merge: unknown key, expected merges",
        "state.addPendingMerges|{'merges':[{'sourceFile':'a','mergeTarget':'b','reason':'c',"
            + "'suggestedByDreamId':1}]}|/merges/0/suggestedByDreamId: 1, expected a string",
        "state.removePendingMerges|{}|(root): an object, expected an object with exactly one of"
            + " merges, suggestedByDreamId",
        "state.removePendingMerges|{'merges':[],'suggestedByDreamId':''}|(root): an object,"
            + " expected an object with exactly one of merges, suggestedByDreamId",
        "state.removePendingMerges|{'merges':[{'sourceFile':'a'}]}|/merges/0/mergeTarget: missing,"
            + " expected a string",
        "state.removePendingMerges|{'dreamId':'x'}|/dreamId: unknown key, expected merges or"
            + " suggestedByDreamId",
        "state.enqueueStaleSummaryPaths|{'paths':['a','']}|/paths/1: '', expected a non-empty"
            + " string",
        "state.enqueueStaleSummaryPaths|{'paths':[{'path':'a'}]}|/paths/0: an object, expected a"
            + " non-empty string",
        "state.enqueueStaleSummaryPaths|{'paths':[],'path':1}|/path: unknown key, expected paths",
        "state.drainStaleSummaryPaths|{'limit':1}|/limit: unknown key, expected none",
        "state.recordDream|{}|/logId: missing, expected a log entry's id: drm- and 1 to 16 digits,"
            + " such as drm-1775822400000",
        "state.recordDream|{'logId':'drm-1','at':1}|/at: unknown key, expected logId, completedAt"
            + " or curationsSeen",
        "state.recordDream|{'logId':'drm-1','completedAt':253402300800000}|/completedAt:"
            + " 253402300800000, expected an integer from 0 to 253402300799999",
        "state.recordDream|{'logId':'drm-1','completedAt':'now'}|/completedAt: 'now', expected an"
            + " integer from 0 to 253402300799999",
        "state.recordDream|{'logId':'drm-1','curationsSeen':-1}|/curationsSeen: -1, expected an"
            + " integer from 0 to "
            + MAX,
        "lock.tryAcquire|{'waitMS':1}|/waitMS: unknown key, expected owner, leaseMs or waitMs",
        "lock.tryAcquire|{'owner':7}|/owner: 7, expected a string of at most 256 characters",
        "lock.tryAcquire|{'leaseMs':999}|/leaseMs: 999, expected an integer from 1000 to 86400000",
        "lock.tryAcquire|{'leaseMs':86400001}|/leaseMs: 86400001, expected an integer from 1000 to"
            + " 86400000",
        "lock.tryAcquire|{'waitMs':-1}|/waitMs: -1, expected an integer from 0 to 86400000",
        "lock.tryAcquire|{'waitMs':86400001}|/waitMs: 86400001, expected an integer from 0 to"
            + " 86400000",
        "lock.renew|{'leaseMs':true}|/leaseMs: true, expected an integer from 1000 to 86400000",
        "lock.renew|{'waitMs':1}|/waitMs: unknown key, expected leaseMs",
        "lock.release|{'token':1}|/token: unknown key, expected completedAt",
        "lock.rollback|{'token':1}|/token: unknown key, expected none",
        "lock.status|{'x':1}|/x: unknown key, expected none",
        "log.nextId|{'x':1}|/x: unknown key, expected none",
        "log.getById|{}|/id: missing, expected a string",
        "log.getById|{'id':1}|/id: 1, expected a string",
        "log.getById|{'id':'drm-1','x':1}|/x: unknown key, expected id",
        "log.list|{'after':'x'}|/after: 'x', expected a finite number",
        "log.list|{'before':null}|/before: null, expected a finite number",
        "log.list|{'status':'error'}|/status: 'error', expected an array",
        "log.list|{'status':['done']}|/status/0: 'done', expected 'processing', 'completed',"
            + " 'partial', 'error' or 'undone'",
        "log.list|{'trigger':['cli','CLI']}|/trigger/1: 'CLI', expected 'agent-idle', 'manual' or"
            + " 'cli'",
        "log.list|{'limit':0}|/limit: 0, expected an integer from 1 to 1000",
        "log.list|{'limit':1001}|/limit: 1001, expected an integer from 1 to 1000",
        "log.list|{'cursor':1}|/cursor: 1, expected a string",
        "log.list|{'brief':'yes'}|/brief: 'yes', expected true or false",
        "log.list|{'offset':1}|/offset: unknown key, expected after, before, status, trigger,"
            + " limit, cursor or brief",
        "log.save|{}|/status: missing, expected 'processing', 'completed', 'partial', 'error' or"
            + " 'undone'",
        "log.save|{'status':'done'}|/status: 'done', expected 'processing', 'completed', 'partial',"
            + " 'error' or 'undone'",
        "log.save|[]|(root): an array, expected an object",
        "operation|{'type':1}|/type: 1, expected 'CONSOLIDATE', 'SYNTHESIZE' or 'PRUNE'",
        "operation|{'type':'SYNTHESIZE','action':'CREATE','outputFile':'a','sources':[],'confidence':1.1,'needsReview':true}|/confidence:"
            + " 1.1, expected a number from 0 to 1",
        "operation|{'type':'CONSOLIDATE','action':'MERGE','inputFiles':[],'needsReview':true,'reason':'','previousTexts':{'a/b~c.md':1}}|/previousTexts/a~1b~0c.md:"
            + " 1, expected a string",
      })
  void complains(String schema, String body, String complaint) {
    assertEquals(
        complaint.replace('\'', '"').replace("entry\"s", "entry's"), complaint(schema, body));
  }

  @Test
  void everyActionRefusesWhatIsNoObject() {
    for (String schema : List.of("state.write", "lock.tryAcquire", "log.list", "log.save")) {
      for (Object value : new Object[] {null, 1, "x", true, new JsonArray()}) {
        assertTrue(Schemas.check(schema, value).isPresent(), schema + " " + value);
      }
    }
  }

  @Test
  void ownerIsCountedInCharactersNotBytes() {
    JsonObject body = new JsonObject().put("owner", "é".repeat(256));
    assertEquals(Optional.empty(), Schemas.check("lock.tryAcquire", body));
    body.put("owner", "é".repeat(257));
    assertEquals(
        "/owner: \"" + "é".repeat(60) + "\"…, expected a string of at most 256 characters",
        Schemas.check("lock.tryAcquire", body).orElseThrow());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "drm-1\n",
        "drm-1\r",
        "drm-1\u2028",
        "drm-",
        "drm-12345678901234567",
        "DRM-1",
        "x\ndrm-1",
        "drm-१"
      })
  void refusesAnIdThatDoesNotMatchToItsLastCharacter(String id) {
    JsonObject body = new JsonObject().put("logId", id);
    assertTrue(Schemas.check("state.recordDream", body).isPresent());
    JsonObject entry = json(ENTRY).put("id", id);
    assertTrue(Schemas.check("entry", entry).isPresent());
    assertEquals(id.equals("drm-12345678901234567"), Schemas.check("storedEntry", entry).isEmpty());
  }

  static Stream<Number> noNumbersOfOurs() {
    return Stream.of(
        1e300,
        9007199254740992L,
        new BigInteger("18446744073709551617"),
        -1,
        0.5,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY);
  }

  @ParameterizedTest
  @MethodSource("noNumbersOfOurs")
  void refusesAnIntegerBeyondWhatADoubleHolds(Number number) {
    assertTrue(Schemas.checkStateField("totalDreams", number).isPresent());
    assertTrue(Schemas.check("entry", json(ENTRY).put("startedAt", number)).isPresent());
    assertTrue(Schemas.check("entry", json(ENTRY).put("lockToken", number)).isPresent());
    assertTrue(Schemas.checkStateField("version", number).isPresent());
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void refusesWhatIsNotFinite(double number) {
    assertEquals(
        Optional.of("/startedAt: " + number + ", expected a finite number"),
        Schemas.check("storedEntry", json(ENTRY).put("startedAt", number)));
    assertTrue(Schemas.check("log.list", new JsonObject().put("after", number)).isPresent());
    JsonObject synthesis =
        json(
            "{'type':'SYNTHESIZE','action':'CREATE','outputFile':'a','sources':[],'needsReview':true}");
    assertTrue(Schemas.check("operation", synthesis.put("confidence", number)).isPresent());
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "0.5", "-1.5e-7", "1e300", "9007199254740993"})
  void acceptsAnyFiniteTimeFromDiskButWritesIntegersOnly(String time) {
    String entry = ENTRY.replace("'startedAt':1", "'startedAt':" + time);
    assertEquals(Optional.empty(), Schemas.check("storedEntry", json(entry)));
    assertEquals(
        "/startedAt: "
            + json(entry).getValue("startedAt")
            + ", expected an integer from 0 to "
            + MAX,
        complaint("entry", entry));
  }

  @Test
  void anInfinityFromAFileIsRefused() {
    JsonObject file =
        JsonText.parseObject(
                ENTRY
                    .replace('\'', '"')
                    .replace("\"startedAt\":1", "\"startedAt\":1e400")
                    .getBytes(UTF_8))
            .orElseThrow();
    assertEquals(
        "/startedAt: Infinity, expected a finite number",
        Schemas.check("storedEntry", file).orElseThrow());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-04-10T12:00:00Z",
        "2026-04-10T12:00Z",
        "2024-02-29T23:59:59.999Z",
        "2000-02-29T00:00:00.1234567890123Z",
        "0000-01-31T00:00:00Z"
      })
  void acceptsAnInstant(String instant) {
    assertEquals(Optional.empty(), Schemas.checkStateField("lastDreamAt", instant));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-04-10T12:00:00Z\n",
        "2026-02-29T00:00:00Z",
        "1900-02-29T00:00:00Z",
        "2026-04-31T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-04-10T24:00:00Z",
        "2026-04-10T12:00:60Z",
        "2026-04-10T12:00.5Z",
        "2026-04-10t12:00:00z",
        "2026-04-10T12:00:00",
        "2026-04-10T12:00:00+00:00",
        "+010000-01-01T00:00:00Z",
        ""
      })
  void refusesWhatIsNoInstant(String instant) {
    assertTrue(
        Schemas.checkStateField("lastDreamAt", instant)
            .orElseThrow()
            .endsWith(
                ", expected an ISO-8601 instant in UTC that ends in Z, such as"
                    + " 2026-04-10T12:00:00.000Z, or null"));
  }

  @Test
  void pointsIntoTheOperations() {
    String operations = "[" + PRUNE + "," + PRUNE + "," + PRUNE + ",%s]";
    assertAll(
        () ->
            assertEquals(
                "/operations/3/type: \"MERGE\", expected \"CONSOLIDATE\", \"SYNTHESIZE\" or"
                    + " \"PRUNE\"",
                complaintOnOperations(operations, "{'type':'MERGE'}")),
        () ->
            assertEquals(
                "/operations/3/type: missing, expected \"CONSOLIDATE\", \"SYNTHESIZE\" or"
                    + " \"PRUNE\"",
                complaintOnOperations(operations, "{}")),
        () ->
            assertEquals(
                "/operations/3: null, expected an object",
                complaintOnOperations(operations, "null")),
        () ->
            assertEquals(
                "/operations/3/needsReview: \"no\", expected true or false",
                complaintOnOperations(operations, PRUNE.replace("false", "'no'"))),
        () ->
            assertEquals(
                "/operations: an object, expected an array", complaintOnOperations("%s", "{}")));
  }

  @Test
  void checkingChangesNothing() {
    JsonObject entry = json(ENTRY);
    assertEquals(Optional.empty(), Schemas.check("entry", entry));
    assertEquals(json(ENTRY).encode(), entry.encode());
  }

  @Test
  void takesMapsAndListsAsWell() {
    assertEquals(Optional.empty(), Schemas.check("storedEntry", json(ENTRY).getMap()));
    assertEquals(
        Optional.of("(root): an array, expected an object"), Schemas.check("entry", List.of()));
    assertEquals(
        Optional.empty(),
        Schemas.check("state.enqueueStaleSummaryPaths", Map.of("paths", List.of("a"))));
  }

  @Test
  void refusesAValueThatIsNoJson() {
    JsonObject body = new JsonObject(Collections.singletonMap("owner", new Object()));
    assertEquals(
        Optional.of("/owner: a Object, expected a string of at most 256 characters"),
        Schemas.check("lock.tryAcquire", body));
  }

  @Test
  void complaintsAreOneShortLineWhateverTheKey() {
    String key = "a\nb\r\t\"\u2028\u0085" + "k".repeat(1_000);
    String line = Schemas.check("lock.renew", new JsonObject().put(key, 1)).orElseThrow();
    assertEquals(1, line.split("\\R").length, line);
    assertTrue(line.length() < 200, line);
    assertTrue(line.endsWith("…: unknown key, expected leaseMs"), line);
  }

  @Test
  void fieldsAndElementsOfAStateAreCheckedByThemselves() {
    JsonObject merge = json("{'sourceFile':'a','mergeTarget':'b','reason':'c'}");
    assertAll(
        () -> assertEquals(Optional.empty(), Schemas.checkStateField("curationsSinceDream", 3)),
        () ->
            assertEquals(
                Optional.of("/curationsSinceDream: \"3\", expected an integer from 0 to " + MAX),
                Schemas.checkStateField("curationsSinceDream", "3")),
        () -> assertEquals(Optional.empty(), Schemas.checkStateField("ours", Double.NaN)),
        () ->
            assertEquals(
                Optional.of("/pendingMerges/7/suggestedByDreamId: missing, expected a string"),
                Schemas.checkStateElement("pendingMerges", 7, merge)),
        () ->
            assertEquals(
                Optional.empty(),
                Schemas.checkStateElement(
                    "pendingMerges", 0, merge.copy().put("suggestedByDreamId", ""))),
        () ->
            assertEquals(
                Optional.of("/staleSummaryPaths/0/path: \"\", expected a non-empty string"),
                Schemas.checkStateElement(
                    "staleSummaryPaths", 0, json("{'path':'','enqueuedAt':0}"))),
        () ->
            assertThrows(
                IllegalArgumentException.class,
                () -> Schemas.checkStateElement("totalDreams", 0, 1)));
  }

  @Test
  void anUnknownSchemaIsABug() {
    assertThrows(IllegalArgumentException.class, () -> Schemas.check("lock.acquire", null));
  }

  @Test
  void aHugeBodyThatIsWrongThroughoutIsRefusedAtItsFirstFault() {
    JsonObject wrong =
        new JsonObject().put("paths", new JsonArray(Collections.nCopies(1_000_000, 0)));
    Duration limit = Duration.ofSeconds(20);
    assertTimeoutPreemptively(
        limit,
        () ->
            assertEquals(
                Optional.of("/paths/0: 0, expected a non-empty string"),
                Schemas.check("state.enqueueStaleSummaryPaths", wrong)));
  }

  @Test
  void manyThreadsMayCheckAtOnce() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      Callable<Boolean> work =
          () -> {
            for (int i = 0; i < 300; i++) {
              boolean right =
                  Schemas.check("entry", json(ENTRY)).isEmpty()
                      && Schemas.check("state.write", json(STATE)).isEmpty()
                      && Schemas.check("entry", json(ENTRY).put("trigger", i)).isPresent();
              if (!right) {
                return false;
              }
            }
            return true;
          };
      for (Future<Boolean> each : threads.invokeAll(Collections.nCopies(8, work))) {
        assertTrue(each.get());
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void everyFieldOfEverySchemaIsDescribed() {
    SchemaFiles files = new SchemaFiles();
    for (String file :
        List.of("state", "operation", "entry", "state-requests", "lock-requests", "log-requests")) {
      describes(files.find(file + ".json"), file);
    }
  }

  private static void describes(JsonObject schema, String where) {
    assertTrue(KEYWORDS.containsAll(schema.fieldNames()), where + schema.fieldNames());
    assertTrue(schema.containsKey("description") || schema.containsKey("$ref"), where);
    if (schema.containsKey("pattern")) {
      assertTrue(schema.containsKey("description"), where);
    }
    if ("integer".equals(schema.getValue("type"))) {
      assertTrue(schema.containsKey("minimum") && schema.containsKey("maximum"), where);
    }
    for (String group : List.of("properties", "$defs")) {
      JsonObject parts = schema.getJsonObject(group, new JsonObject());
      parts.forEach(part -> describes((JsonObject) part.getValue(), where + "/" + part.getKey()));
    }
    for (String part : List.of("items", "additionalProperties")) {
      if (schema.getValue(part) instanceof JsonObject inner) {
        describes(inner, where + "/" + part);
      }
    }
    assertFalse(schema.containsKey("anyOf"), where);
  }

  private static String complaintOnOperations(String operations, String operation) {
    return complaint("entry", ENTRY.replace("[" + PRUNE + "]", operations.formatted(operation)));
  }

  private static String complaint(String schema, String body) {
    return Schemas.check(schema, value(body)).orElse("valid");
  }

  private static JsonObject json(String text) {
    return (JsonObject) value(text);
  }

  private static Object value(String text) {
    return new JsonArray("[" + text.replace('\'', '"') + "]").getValue(0);
  }
}
