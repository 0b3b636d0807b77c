package org.dreamkeeper.web;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a scrape says, and what is wrong with it: the rules are those of {@code promtool check
 * metrics} (Prometheus 2.42), and that nothing is said twice.
 */
final class Promlint {
  private static final Pattern SAMPLE = Pattern.compile("(\\w[\\w:]*)(?:\\{(.*)})? (\\S+)");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"");
  private static final Pattern CAMEL = Pattern.compile(".*[a-z][A-Z].*");
  private static final List<String> TYPES = List.of("counter", "gauge", "summary", "histogram");

  private static final Set<String> ABBREVIATIONS =
      Set.of("s", "ms", "us", "ns", "sec", "b", "kb", "mb", "gb", "tb", "pb", "m", "h", "d");

  private static final Set<String> BASE_UNITS =
      Set.of(
          "amperes", "bytes", "celsius", "grams", "joules", "kelvin", "meters", "metres", "moles",
          "seconds", "volts");

  private static final Set<String> OTHER_UNITS =
      Set.of(
          "minutes",
          "hours",
          "days",
          "weeks",
          "kelvins",
          "fahrenheit",
          "rankine",
          "inches",
          "yards",
          "miles",
          "bits",
          "calories",
          "pounds",
          "ounces");

  private static final Set<String> PREFIXES =
      Set.of(
          "pico", "nano", "micro", "milli", "centi", "deci", "deca", "hecto", "kilo", "kibi",
          "mega", "mibi", "giga", "gibi", "tera", "tebi", "peta", "pebi");

  /** Each metric's text and type. */
  final Map<String, String> helps = new HashMap<>();

  final Map<String, String> types = new HashMap<>();

  /** The names of each metric's labels. */
  final Map<String, Set<String>> labels = new HashMap<>();

  /** Each series, labels and all, and its value. */
  final Map<String, Double> series = new HashMap<>();

  private final List<String> wrong = new ArrayList<>();

  Promlint(String scrape) {
    scrape.lines().forEach(this::read);
    types.forEach(this::check);
  }

  private void read(String line) {
    String[] words = line.split(" ", 4);
    if (line.startsWith("# HELP ")) {
      once(helps.put(words[2], words.length == 4 ? words[3] : ""), line);
    } else if (line.startsWith("# TYPE ")) {
      once(types.put(words[2], words[3]), line);
    } else if (!line.startsWith("# ")) {
      Matcher sample = SAMPLE.matcher(line);
      if (!sample.matches()) {
        wrong.add("is no sample: " + line);
        return;
      }
      int end = line.lastIndexOf(' ');
      once(series.put(line.substring(0, end), Double.valueOf(sample.group(3))), line);
      Set<String> names = labels.computeIfAbsent(sample.group(1), first -> new HashSet<>());
      if (sample.group(2) != null) {
        LABEL.matcher(sample.group(2)).results().forEach(label -> names.add(label.group(1)));
      }
    }
  }

  private void once(Object before, String line) {
    if (before != null) {
      wrong.add("is said twice: " + line);
    }
  }

  private void check(String name, String type) {
    complain(helps.getOrDefault(name, "").isBlank(), name, "no help text");
    complain(type.equals("counter") && !name.endsWith("_total"), name, "a counter without _total");
    complain(!type.equals("counter") && name.endsWith("_total"), name, "_total on no counter");
    boolean simple = type.equals("counter") || type.equals("gauge");
    for (String reserved : List.of("_bucket", "_count", "_sum")) {
      complain(simple && name.endsWith(reserved), name, reserved + " on no histogram");
    }
    String parts = name.toLowerCase(Locale.ROOT) + "_";
    for (String each : TYPES) {
      complain(parts.contains("_" + each + "_"), name, "its type");
    }
    for (String each : ABBREVIATIONS) {
      complain(parts.contains("_" + each + "_"), name, "an abbreviated unit");
    }
    complain(name.contains(":"), name, "a colon");
    complain(CAMEL.matcher(name).matches(), name, "camel case");
    for (String part : parts.split("_", -1)) {
      complain(OTHER_UNITS.contains(part), name, "not a base unit");
      for (String prefix : PREFIXES) {
        boolean prefixed = part.startsWith(prefix) && part.length() > prefix.length();
        String rest = prefixed ? part.substring(prefix.length()) : "";
        complain(BASE_UNITS.contains(rest) || OTHER_UNITS.contains(rest), name, "not a base unit");
      }
    }
    for (String label : labels.getOrDefault(name, Set.of())) {
      complain(CAMEL.matcher(label).matches(), name, "camel case in label " + label);
      complain(simple && Set.of("le", "quantile").contains(label), name, "label " + label);
    }
    complain(!labels.containsKey(name), name, "no sample");
  }

  private void complain(boolean that, String name, String what) {
    if (that) {
      wrong.add(name + ": " + what);
    }
  }

  /** Gives what promtool itself has to say of a text; nothing where it is not installed. */
  static String tool(String text, String... command) throws IOException {
    List<String> all = new ArrayList<>(List.of("promtool"));
    all.addAll(List.of(command));
    Process tool;
    try {
      tool = new ProcessBuilder(all).redirectErrorStream(true).start();
    } catch (IOException missing) {
      return "";
    }
    try (OutputStream in = tool.getOutputStream()) {
      in.write(text.getBytes(StandardCharsets.UTF_8));
    }
    String said = new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return tool.onExit().join().exitValue() == 0 ? "" : said;
  }

  /** Gives all that is wrong. */
  List<String> wrong() {
    return wrong;
  }

  /** Gives a sample; NaN if it is not there. */
  double value(String name, String... labelsAndValues) {
    for (Map.Entry<String, Double> each : series.entrySet()) {
      boolean is = each.getKey().equals(name) || each.getKey().startsWith(name + "{");
      for (int i = 0; is && i < labelsAndValues.length; i += 2) {
        is =
            each.getKey()
                .contains("%s=\"%s\"".formatted(labelsAndValues[i], labelsAndValues[i + 1]));
      }
      if (is) {
        return each.getValue();
      }
    }
    return Double.NaN;
  }
}
