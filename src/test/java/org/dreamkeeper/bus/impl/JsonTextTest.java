package org.dreamkeeper.bus.impl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.impl.json.JsonText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The expectations in {@code json-text/} are what Node 20 printed. */
class JsonTextTest {
  private static final Budget BUDGET = new Budget(1 << 20, 10_000);

  static Stream<String> numbers() {
    return new String(resource("numbers.tsv"), UTF_8).lines();
  }

  @ParameterizedTest
  @MethodSource("numbers")
  void printsANumberAsJavaScriptDoes(String line) {
    String[] readAndPrinted = line.split("\t", -1);
    assertEquals("[\n  " + readAndPrinted[1] + "\n]", reprint("[" + readAndPrinted[0] + "]"));
  }

  @Test
  void printsADocumentAsJavaScriptDoes() {
    JsonObject document = JsonText.parseObject(resource("document.json")).orElseThrow();
    assertEquals(
        new String(resource("document.printed.json"), UTF_8),
        new String(JsonText.print(document), UTF_8));
  }

  @Test
  void readsWhatItPrinted() {
    byte[] printed = resource("document.printed.json");
    JsonObject document = JsonText.parseObject(printed).orElseThrow();
    assertEquals(new String(printed, UTF_8), new String(JsonText.print(document), UTF_8));
  }

  @Test
  void printsEmptyContainersOnOneLine() {
    assertEquals("{}", new String(JsonText.print(new JsonObject()), UTF_8));
    assertEquals("[]", new String(JsonText.print(new JsonArray()), UTF_8));
  }

  @Test
  void keepsAnIntegerThatJavaScriptWouldRound() {
    assertEquals("[\n  12345678901234567890\n]", reprint("[12345678901234567890]"));
  }

  @Test
  void keepsOrderAndOfDuplicateKeysTheLastValueAtTheFirstPlace() {
    assertEquals(
        "{\n  \"b\": 3,\n  \"a\": 2\n}",
        new String(JsonText.print(parse("{\"b\":1,\"a\":2,\"b\":3}").orElseThrow()), UTF_8));
  }

  @Test
  void refusesToPrintWhatJsonDoesNotKnow() {
    assertThrows(IllegalArgumentException.class, () -> JsonText.print(new Object()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "{}}",
        "{} x",
        "{} {}",
        "{} // comment",
        "/* comment */ {}",
        "# comment\n{}",
        "\ufeff\ufeff{}",
        "{\ufeff}",
        "{}\ufeff",
        "\u00a0{}",
        "{\"a\":NaN}",
        "{\"a\":Infinity}",
        "{\"a\":undefined}",
        "{\"a\":01}",
        "{\"a\":+1}",
        "{\"a\":.5}",
        "{\"a\":1.}",
        "{\"a\":0x1}",
        "{\"a\":1e}",
        "{a:1}",
        "{'a':1}",
        "{\"a\":1,}",
        "{\"a\":[1,]}",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\\u12\"}",
        "{\"a\":\"tab\there\"}",
        "{\"a\":\"line\nbreak\"}",
        "{\"a\" 1}",
        "null",
        "[]",
        "1",
        "\"text\""
      })
  void refusesATextThatIsNoJsonObject(String text) {
    assertEquals(Optional.empty(), parse(text));
  }

  @Test
  void readsOverAByteOrderMark() {
    assertEquals(parse("{\"a\":\"\ufeff\"}"), parse("\ufeff{\"a\":\"\ufeff\"}"));
  }

  @Test
  void readsBytesThatAreNoUtf8AsReplacementCharacters() {
    byte[] text = {'{', '"', 'a', '"', ':', '"', (byte) 0xff, '"', '}'};
    assertEquals("\ufffd", JsonText.parseObject(text).orElseThrow().getString("a"));
  }

  @Test
  void readsLongKeysAndLongTexts() {
    String key = "k".repeat(60_000);
    String text = "t".repeat(21_000_000);
    assertEquals(text, parse("{\"" + key + "\":\"" + text + "\"}").orElseThrow().getString(key));
  }

  @Test
  void refusesAKeyWithHalfASurrogatePairSoThatNoneMayBeWritten() {
    assertEquals(Optional.empty(), parse("{\"\\ud800\":1}"));
    assertEquals(Optional.empty(), parse("{\"a\":[{\"b\\uDFFF\":1}]}"));
    assertTrue(parse("{\"\\ud83d\\ude00\":\"\\ud800\"}").isPresent());
    JsonObject body = new JsonObject().put("a", new JsonObject().put("b\ud800", 1));
    DreamkeeperException refusal =
        assertThrows(DreamkeeperException.class, () -> BodyCheck.of(body, BUDGET, Long.MAX_VALUE));
    assertEquals(
        "INVALID_REQUEST: /a: key \"b\\ud800\", expected no half of a surrogate pair in a key",
        refusal.getMessage());
  }

  static Stream<Number> endlessNumbers() {
    return Stream.of(
        new BigDecimal("1e1000000000"),
        new BigDecimal("1e-1000000000"),
        new BigDecimal(BigInteger.TWO.pow(4_000), 10),
        BigInteger.TEN.pow(1_000));
  }

  @ParameterizedTest
  @MethodSource("endlessNumbers")
  void letsNoNumberInThatCouldNotBeReadAgain(Number number) {
    JsonObject body = new JsonObject().put("leaseMs", number);
    DreamkeeperException refusal =
        assertThrows(DreamkeeperException.class, () -> BodyCheck.of(body, BUDGET, Long.MAX_VALUE));
    assertEquals(
        "INVALID_REQUEST: /leaseMs: a number too long, expected one of 1,000 digits at most",
        refusal.getMessage());
  }

  @Test
  void printsNumbersOfEveryClass() {
    Object[] numbers = {
      (byte) 1, (short) 2, 3L, new AtomicInteger(4), 0.1f, new BigDecimal("1e2"), BigInteger.TEN
    };
    assertEquals(
        "[1,2,3,4,0.10000000149011612,100,10]",
        new String(JsonText.print(Arrays.asList(numbers)), UTF_8).replaceAll("\\s", ""));
  }

  @Test
  void refusesATextThatIsNestedTooDeep() {
    assertTrue(parse("{\"a\":" + "[".repeat(900) + "]".repeat(900) + "}").isPresent());
    String half = "\"\\ud800\"";
    assertTrue(parse("{\"a\":" + "[".repeat(900) + half + "]".repeat(900) + "}").isPresent());
    assertEquals(Optional.empty(), parse("{\"a\":" + "[".repeat(2000) + "]".repeat(2000) + "}"));
  }

  private static Optional<JsonObject> parse(String text) {
    return JsonText.parseObject(text.getBytes(UTF_8));
  }

  private static String reprint(String array) {
    JsonArray values = parse("{\"a\":" + array + "}").orElseThrow().getJsonArray("a");
    return new String(JsonText.print(values), UTF_8);
  }

  private static byte[] resource(String name) {
    try (InputStream in = JsonTextTest.class.getResourceAsStream("/json-text/" + name)) {
      return in.readAllBytes();
    } catch (IOException unreadable) {
      throw new AssertionError(unreadable);
    }
  }
}
