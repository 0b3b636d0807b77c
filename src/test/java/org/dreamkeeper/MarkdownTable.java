package org.dreamkeeper;

import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Tables of guides. */
final class MarkdownTable {
  private MarkdownTable() {}

  /** A table without the columns in which nothing stands. */
  static String of(List<String> titles, List<List<String>> rows) {
    int[] columns =
        IntStream.range(0, titles.size())
            .filter(i -> rows.stream().anyMatch(row -> !row.get(i).isEmpty()))
            .toArray();
    StringBuilder table = new StringBuilder();
    line(table, titles, columns);
    line(table, titles.stream().map(each -> "---").toList(), columns);
    rows.forEach(row -> line(table, row, columns));
    return table.toString();
  }

  private static void line(StringBuilder table, List<String> cells, int[] columns) {
    table.append("|");
    for (int column : columns) {
      String cell = cells.get(column);
      table.append(cell.isEmpty() ? " |" : " " + cell + " |");
    }
    table.append("\n");
  }

  static String code(String text) {
    return text.isEmpty() ? "" : "`" + text + "`";
  }

  static String codes(Collection<String> names) {
    return names.stream().map(MarkdownTable::code).collect(Collectors.joining(" "));
  }
}
