package org.dreamkeeper.host.command;

import io.vertx.core.json.JsonObject;

/** Shows what an operation changed, file by file. */
record DiffText(Out out) {
  void show(JsonObject diff) {
    for (Object each : diff.getJsonArray("files")) {
      JsonObject file = (JsonObject) each;
      String moved = file.getString("movedTo");
      out.fact(
          "",
          file.getString("path")
              + (moved == null ? "" : " -> " + moved)
              + " ("
              + state(file.getString("state"))
              + ")");
      if (file.containsKey("reason")) {
        out.more(file.getString("reason"));
      }
      if (file.containsKey("hunks")) {
        file.getJsonArray("hunks").forEach(hunk -> hunk((JsonObject) hunk));
      } else if (file.containsKey("before") || file.containsKey("after")) {
        out.more("its texts are too large to be compared here; --json has them");
      }
    }
  }

  private static String state(String state) {
    return switch (state) {
      case "unchanged" -> "as the dream left it";
      case "changed" -> "changed since the dream";
      case "gone" -> "gone since the dream";
      default -> "whether it was changed since the dream is not known";
    };
  }

  private void hunk(JsonObject hunk) {
    out.line(
        "    @@ -%s,%s +%s,%s @@"
            .formatted(
                hunk.getValue("oldStart"),
                hunk.getValue("oldLines"),
                hunk.getValue("newStart"),
                hunk.getValue("newLines")));
    for (Object line : hunk.getJsonArray("lines")) {
      String text = "    " + line;
      switch (String.valueOf(line).isEmpty() ? ' ' : String.valueOf(line).charAt(0)) {
        case '-' -> out.removed(text);
        case '+' -> out.added(text);
        default -> out.line(text);
      }
    }
  }
}
