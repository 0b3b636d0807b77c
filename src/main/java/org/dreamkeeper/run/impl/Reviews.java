package org.dreamkeeper.run.impl;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.dreamkeeper.log.Consolidate;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.log.DreamOperation;
import org.dreamkeeper.log.Prune;
import org.dreamkeeper.log.Synthesize;
import org.dreamkeeper.texts.Texts;

/** The reference's reviews of operations that were taken back: they go, too. */
final class Reviews {
  private Reviews() {}

  static void clear(Texts texts, DreamLogEntry entry, Collection<Integer> undone) {
    List<String> targets = new ArrayList<>();
    List<String> backups = new ArrayList<>();
    for (int place : undone) {
      DreamOperation operation = entry.operations().get(place);
      if (operation.needsReview()) {
        add(operation, targets, backups);
      }
    }
    texts.clearReviews(entry.taskId().orElse(null), targets, backups);
  }

  private static void add(DreamOperation operation, List<String> targets, List<String> backups) {
    if (operation instanceof Consolidate merge) {
      boolean merged = merge.action() == Consolidate.Action.MERGE;
      String first = merge.inputFiles().isEmpty() ? "" : merge.inputFiles().get(0);
      targets.add(merged ? "MERGE:" + merge.outputFile().orElse(first) : "UPDATE:" + first);
      backups.addAll(merge.previousTexts().orElse(Map.of()).keySet());
    } else if (operation instanceof Synthesize synthesis) {
      boolean created = synthesis.action() == Synthesize.Action.CREATE;
      targets.add((created ? "ADD:" : "UPDATE:") + synthesis.outputFile());
      backups.add(synthesis.outputFile());
    } else if (operation instanceof Prune prune) {
      if (prune.action() == Prune.Action.ARCHIVE) {
        targets.add("DELETE:" + prune.file());
      }
      backups.add(prune.file());
    }
  }
}
