package org.dreamkeeper;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a user may name: the types of the packages that the module exports, and no others. */
final class ExportedTypesTest {
  private static final Path SOURCES = Path.of("src/main/java");
  private static final Pattern EXPORTS = Pattern.compile("exports ([\\w.]+);");
  private static final Pattern PUBLIC =
      Pattern.compile("^public .*?(?:class|interface|enum|record) (\\w+)", Pattern.MULTILINE);

  @Test
  void areThese() throws IOException {
    Set<String> exported = new TreeSet<>();
    String module = Files.readString(SOURCES.resolve("module-info.java"));
    for (var line : EXPORTS.matcher(module).results().toList()) {
      String name = line.group(1);
      try (Stream<Path> files = Files.list(SOURCES.resolve(name.replace('.', '/')))) {
        for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
          PUBLIC
              .matcher(Files.readString(file))
              .results()
              .forEach(type -> exported.add(name.substring("org.".length()) + "." + type.group(1)));
        }
      }
    }
    String expected =
        """
        dreamkeeper.ClientOptions
        dreamkeeper.DreamEvent
        dreamkeeper.DreamEventCases
        dreamkeeper.Dreamkeeper
        dreamkeeper.DreamkeeperNode
        dreamkeeper.DreamkeeperOptions
        dreamkeeper.DreamkeeperVerticle
        dreamkeeper.Durability
        dreamkeeper.EventFollower
        dreamkeeper.EventPage
        dreamkeeper.Projects
        dreamkeeper.Serving
        dreamkeeper.StartException
        dreamkeeper.admin.AdminClient
        dreamkeeper.admin.Eviction
        dreamkeeper.admin.Finding
        dreamkeeper.admin.OperationDiff
        dreamkeeper.admin.Overview
        dreamkeeper.admin.UndoPlan
        dreamkeeper.admin.UndoRequest
        dreamkeeper.bus.DreamkeeperException
        dreamkeeper.bus.FailureCode
        dreamkeeper.lock.AcquireOptions
        dreamkeeper.lock.Acquisition
        dreamkeeper.lock.DreamLock
        dreamkeeper.lock.LockClient
        dreamkeeper.lock.LockHolder
        dreamkeeper.lock.LockOptions
        dreamkeeper.lock.LockStatus
        dreamkeeper.lock.Reclaimed
        dreamkeeper.log.Appended
        dreamkeeper.log.Consolidate
        dreamkeeper.log.DreamLogEntry
        dreamkeeper.log.DreamOperation
        dreamkeeper.log.DreamStatus
        dreamkeeper.log.DreamSummary
        dreamkeeper.log.DreamTrigger
        dreamkeeper.log.LogClient
        dreamkeeper.log.LogOptions
        dreamkeeper.log.LogPage
        dreamkeeper.log.LogQuery
        dreamkeeper.log.Prune
        dreamkeeper.log.Synthesize
        dreamkeeper.run.DreamGate
        dreamkeeper.run.DreamRun
        dreamkeeper.run.DreamSchedule
        dreamkeeper.run.DreamTexts
        dreamkeeper.run.RunOptions
        dreamkeeper.run.RunResult
        dreamkeeper.run.UndoOptions
        dreamkeeper.run.UndoRest
        dreamkeeper.run.UndoRun
        dreamkeeper.state.Degraded
        dreamkeeper.state.DreamState
        dreamkeeper.state.Enqueued
        dreamkeeper.state.GateOptions
        dreamkeeper.state.LastDream
        dreamkeeper.state.PendingMerge
        dreamkeeper.state.StaleSummaryPath
        dreamkeeper.state.StateClient
        dreamkeeper.web.DreamkeeperHealth
        dreamkeeper.web.DreamkeeperMetrics
        dreamkeeper.web.DreamkeeperRouter
        dreamkeeper.web.WebOptions
        """;
    assertEquals(expected, String.join("\n", exported) + "\n");
  }
}
