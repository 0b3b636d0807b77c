package org.dreamkeeper.host;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the host's configuration may say, and what is said of one that is wrong. */
final class HostOptionsTest {
  @TempDir Path dir;

  @Test
  void theShippedConfigurationServesTheSampleAndRunsTheWorker() {
    HostOptions options = HostOptions.of(new ConfigFile(Arguments.DEFAULT_CONF).read());
    assertEquals(
        Path.of("data/sample").toAbsolutePath().toString(),
        options.projects().get(0).options().getBaseDir());
    String worker = options.workers().get(0).verticle();
    assertEquals("org.dreamkeeper.examples.DuplicateNotesWorker", worker);
    assertDoesNotThrow(() -> Class.forName(worker));
    assertEquals("dream", options.workers().get(0).config().getString("address"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-cnf x.json | -cnf is no option, did you mean -conf? -help says what each does.",
        "-conf x.json --clustr | --clustr is no option, did you mean -cluster? -help says what each"
            + " does.",
        "-zzz | -zzz is no option, expected one of [-cluster, ",
        "-conf -cnf -cluster --cluster-host=127.0.0.1 -cw -vertx-options {} | none"
      })
  void anOptionThatIsNoneIsToldInALine(String given, String says) {
    String wrong = String.valueOf(new Arguments(given.split(" ", -1)).wrong());
    assertTrue(wrong.startsWith(says.replace("none", "null")), wrong);
  }

  @Test
  void workersAloneAreEnoughAndMayHaveNoConfig() {
    HostOptions options =
        HostOptions.of(new JsonObject("{\"workers\": [{\"verticle\": \"org.acme.Worker\"}]}"));
    assertTrue(options.projects().isEmpty());
    assertEquals(new JsonObject(), options.workers().get(0).config());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | projects is empty, expected {\"projects\": [{\"baseDir\": \"a folder\"}]}",
        "{'project': []} | project is no setting, did you mean projects?",
        "{'projects': 3} | projects is 3, expected an array of objects",
        "{'projects': null} | projects is null, expected an array of objects",
        "{'projects': ['x']} | projects[0] is \"x\", expected an object",
        "{'projects': [{}]} | projects[0].baseDir is missing, expected a text",
        "{'projects': [{'basedir': 'a', 'clustered': 1}]} | projects[0].basedir is no setting, did"
            + " you mean baseDir?",
        "{'projects': [{'baseDir': '~/z'}]} | projects[0].baseDir is \"~/z\", expected a path"
            + " written out: ~ is known to a shell alone",
        "{'projects': [{'baseDir': 'a', 'lock': {'leaseMs': 'x'}}]} | projects[0].lock.leaseMs is"
            + " \"x\", expected an integer from 1000 to 86400000",
        "{'projects': [{'baseDir': 'a'}, {'baseDir': 'b', 'log': {'max': 1}}]} |"
            + " projects[1].log.max is no setting, expected one of [maxEntries, staleProcessingMs]",
        "{'projects': [{'baseDir': 'a'}, {'baseDir': 'b'}]} | projects[1].address is \"dream\","
            + " expected another one than that of projects[0]",
        "{'projects': [{'baseDir': '/a'}, {'baseDir': '/a', 'address': 'b'}]} | projects[1].baseDir"
            + " is \"/a\", expected another one than that of projects[0]",
        "{'projects': [{'baseDir': 'a'}], 'workers': {}} | workers is an object, expected an array"
            + " of objects",
        "{'projects': [{'baseDir': 'a'}], 'socket': 'x'} | socket is \"x\", expected true or false",
        "{'workers': [{}]} | workers[0].verticle is missing, expected a text",
        "{'workers': [{'verticle': 'a', 'config': 1}]} | workers[0].config is 1, expected an"
            + " object",
        "{'workers': [{'verticle': 'a', 'instances': 1}]} | workers[0].instances is no setting,"
            + " expected one of [config, verticle]",
      })
  void whatIsWrongIsNamed(String json, String complaint) {
    JsonObject config = new JsonObject(json.replace('\'', '"'));
    assertEquals(
        complaint,
        assertThrows(IllegalArgumentException.class, () -> HostOptions.of(config)).getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"projects\": [,]} | is no JSON: line 1, column 15: Unexpected character",
        "{} // later | is no JSON: line 1, column",
        "{\"workers\": [], \"workers\": []} | is no JSON: line 1, column 26: Duplicate field"
            + " 'workers'",
        "{} {} | is no JSON",
        "[] | is no JSON object; write into it, for example, {\"projects\": [{\"baseDir\"",
        "`` | is empty; write into it, for example, {\"projects\": [{\"baseDir\": \"a folder\"}]}",
        "{\"projects\": 3} | is wrong: projects is 3, expected an array of objects. Correct it",
        "{\"project\": 3} | is wrong: project is no setting, did you mean projects? Correct it",
      })
  void aWrongFileIsNamedInOneLine(String text, String complaint) throws IOException {
    Path file = Files.writeString(dir.resolve("my.json"), text);
    assertRefused(file.toString(), file + " " + complaint);
  }

  @ParameterizedTest
  @ValueSource(strings = {"my.json", "link.json"})
  void aRelativeDirectoryIsRelativeToTheFile(String name) throws IOException {
    Path folder = Files.createDirectories(dir.resolve("etc/dreamkeeper"));
    Files.createSymbolicLink(dir.resolve("conf"), folder);
    String text = "{\"projects\": [{\"baseDir\": \"../data\", \"texts\": \"notes\"}]}";
    Files.writeString(folder.resolve("my.json"), text);
    Files.createSymbolicLink(folder.resolve("link.json"), folder.resolve("my.json"));
    HostOptions options = HostOptions.of(new ConfigFile(dir + "/conf/" + name).read());
    assertEquals(
        folder.toRealPath().resolveSibling("data").toString(),
        options.projects().get(0).options().getBaseDir());
    assertEquals(
        folder.toRealPath().resolve("notes").toString(),
        options.projects().get(0).options().getTexts());
  }

  @Test
  void aByteOrderMarkBeforeItIsReadOver() throws IOException {
    Path file = dir.resolve("marked.json");
    Files.writeString(file, "\ufeff" + ConfigFile.EXAMPLE);
    assertEquals(1, HostOptions.of(new ConfigFile(file.toString()).read()).projects().size());
  }

  @Test
  void inATextItIsRelativeToTheWorkingDirectory() {
    String text = "{\"projects\": [{\"baseDir\": \"data\"}]}";
    assertEquals(
        Path.of("data").toAbsolutePath().toString(),
        HostOptions.of(new ConfigFile(text).read()).projects().get(0).options().getBaseDir());
  }

  @Test
  void aMissingFileAndAFolderAreNamedInOneLine() {
    String missing = dir.resolve("none.json").toString();
    assertRefused(missing, "cannot be read: " + missing + " (No such file or directory)");
    assertRefused(dir.toString(), "cannot be read: " + dir);
  }

  @Test
  void theArgumentMayBeTheConfigurationItself() {
    assertRefused(" {\"projects\": 3}", "-conf projects is 3");
    JsonObject read = new ConfigFile("{\"workers\": [{\"verticle\": \"a\"}]}").read();
    assertEquals("a", read.getJsonArray("workers").getJsonObject(0).getString("verticle"));
  }

  private static void assertRefused(String argument, String complaint) {
    ConfigFile file = new ConfigFile(argument);
    String message = assertThrows(HostException.class, file::read).getMessage();
    assertTrue(message.contains(complaint), message);
    assertFalse(message.contains("\n"), message);
  }

  @Test
  void theUsersOwnConfigurationTakesThePlaceOfTheShippedOne() {
    assertEquals(Arguments.DEFAULT_CONF, new Arguments("-cluster").conf());
    assertEquals("a.json", new Arguments("-cluster", "--CONF", "a.json").conf());
    assertEquals("a.json", new Arguments("-conf=a.json").conf());
    assertEquals(4, new Arguments("-ha").complete().length);
    assertEquals(3, new Arguments("-conf", "a.json").complete().length);
  }

  @Test
  void aClusterSpeaksOnTheLoopbackUnlessTheUserNamesAnotherHost() {
    assertTrue(List.of(new Arguments("-cluster").complete()).contains("127.0.0.1"));
    String[] own = new Arguments("-cluster", "-cluster-host", "10.0.0.1").complete();
    assertFalse(List.of(own).contains("127.0.0.1"));
  }
}
