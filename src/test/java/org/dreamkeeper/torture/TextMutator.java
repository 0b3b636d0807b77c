package org.dreamkeeper.torture;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.EncodeException;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Makes what a broken program, editor or disk may leave behind out of a file's content. */
final class TextMutator {
  private static final Pattern TOKEN =
      Pattern.compile("\"(?:[^\"\\\\]++|\\\\.)*+\"|-?[0-9.eE+]+|true|false|null|[{}\\[\\]:,]");

  private static final List<String> TOKENS =
      List.of(
          "1e400",
          "-1e400",
          "-0",
          "01",
          "1.",
          ".5",
          "+1",
          "0x10",
          "NaN",
          "Infinity",
          "9007199254740993",
          "9223372036854775808",
          "8".repeat(2_000),
          "1e-999999999",
          "1E999999999",
          "undefined",
          "tru",
          "\"\\ud800\"",
          "\"\\udc00\\ud800\"",
          "\"\\u0000\"",
          "\"\\x\"",
          "\"a\nb\"",
          "'a'",
          "// no comment\n",
          "/* no comment */",
          "\ufeff",
          "{}",
          "[]",
          "",
          ",",
          "\"version\": 2,",
          "\"version\": 1, \"version\": 1,",
          "\"\\ud83d\": 1,",
          "\"__proto__\": {},",
          "[".repeat(100_000),
          "{\"a\":".repeat(20_000),
          " ".repeat(1_000_000));

  private final Random random;
  private final JsonMutator json;

  TextMutator(Random random) {
    this.random = random;
    this.json = new JsonMutator(random, 5_000);
  }

  byte[] mutate(byte[] content) {
    return switch (random.nextInt(10)) {
      case 0 -> new byte[0];
      case 1 -> Arrays.copyOf(content, random.nextInt(content.length + 1));
      case 2 -> Arrays.copyOf(content, content.length + random.nextInt(5_000));
      case 3 -> bits(content);
      case 4 -> splice(content);
      case 5 -> noise();
      case 6 -> otherEncoding(content);
      case 7 -> tree(content);
      default -> token(new String(content, StandardCharsets.UTF_8));
    };
  }

  private byte[] bits(byte[] content) {
    byte[] result = content.clone();
    for (int i = random.nextInt(4); i >= 0 && result.length > 0; i--) {
      result[random.nextInt(result.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return result;
  }

  /** Leaves a part out, or puts it in twice. */
  private byte[] splice(byte[] content) {
    int a = random.nextInt(content.length + 1);
    int b = random.nextInt(content.length + 1);
    byte[] result = Arrays.copyOf(content, a + content.length - b);
    System.arraycopy(content, b, result, a, content.length - b);
    return result;
  }

  private byte[] noise() {
    byte[] result = new byte[random.nextInt(3_000)];
    random.nextBytes(result);
    return result;
  }

  private byte[] otherEncoding(byte[] content) {
    String text = new String(content, StandardCharsets.UTF_8);
    return random.nextBoolean()
        ? text.getBytes(StandardCharsets.UTF_16)
        : ("\ufeff" + text).getBytes(StandardCharsets.UTF_8);
  }

  private byte[] tree(byte[] content) {
    try {
      JsonObject body = new JsonObject(new String(content, StandardCharsets.UTF_8));
      return json.mutate(body).encodePrettily().getBytes(StandardCharsets.UTF_8);
    } catch (DecodeException | EncodeException | StackOverflowError noJson) {
      return bits(content);
    }
  }

  private byte[] token(String text) {
    List<MatchResult> tokens = TOKEN.matcher(text).results().toList();
    if (tokens.isEmpty()) {
      return json.pick(TOKENS).getBytes(StandardCharsets.UTF_8);
    }
    MatchResult at = json.pick(tokens);
    int end = random.nextInt(3) == 0 ? at.start() : at.end();
    String result = text.substring(0, at.start()) + json.pick(TOKENS) + text.substring(end);
    return result.getBytes(StandardCharsets.UTF_8);
  }
}
