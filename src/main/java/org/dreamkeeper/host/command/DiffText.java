package org.dreamkeeper.host.command;

import io.vertx.core.json.JsonObject;

/** Shows what an operation changed, file by file. */
record DiffText(Out out) {
  void show(JsonObject diff) {
    for (Object each : diff.getJsonArray("files")) {
      JsonObject file = (JsonObject) each;
      String path = file.getString("path") + LogCommand.arrow(file, "movedTo");
      out.fact("", path + " (" + state(file.getString("state")) + ")");
      if (file.containsKey("reason")) {
        out.more(file.getString("reason"));
      }
      if (file.containsKey("hunks")) {
        file.getJsonArray("hunks").forEach(hunk -> hunk((JsonObject) hunk));
      } else if (file.containsKey("before") || file.containsKey("after")) {
        out.more(
            "its texts are not compared here (too large, or java-diff-utils is missing); --json has"
                + " them");
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
    String old = hunk.getValue("oldStart") + "," + hunk.getValue("oldLines");
    out.line(
        "    @@ -%s +%s,%s @@"
            .formatted(old, hunk.getValue("newStart"), hunk.getValue("newLines")));
    for (Object line : hunk.getJsonArray("lines")) {
      String text = String.valueOf(line);
      String colour = text.startsWith("-") ? Out.RED : text.startsWith("+") ? Out.GREEN : null;
      out.line(colour, "    " + text);
    }
  }
}
