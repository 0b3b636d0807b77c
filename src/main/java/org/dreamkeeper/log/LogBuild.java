package org.dreamkeeper.log;

import io.vertx.core.Future;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.dreamkeeper.bus.impl.BlockingExecutor;
import org.dreamkeeper.bus.impl.Log;
import org.dreamkeeper.file.DiskFailure;
import org.dreamkeeper.file.FileStat;
import org.slf4j.Logger;

/**
 * The start: removes what a crash left lying about, reads the directory in parallel, ends the
 * entries of dreams that nobody is at, step by step, and makes whole what was appended to.
 *
 * <p>It never fails for what is on disk: what cannot be read now is tried again by the requests.
 */
final class LogBuild {
  private static final Logger LOG = Log.of(LogBuild.class);

  /** How many files are read before somebody else has his turn on the thread. */
  private static final int TOGETHER = 64;

  private final BlockingExecutor blocking;
  private final LogDirectory directory;
  private final Interruptions interruptions;
  private final EntryRewrite rewrite;

  LogBuild(
      BlockingExecutor blocking,
      LogDirectory directory,
      Interruptions interruptions,
      EntryRewrite rewrite) {
    this.blocking = blocking;
    this.directory = directory;
    this.interruptions = interruptions;
    this.rewrite = rewrite;
  }

  /** Runs it, from the event loop. */
  Future<Void> run() {
    return blocking
        .run(this::sweepAndList)
        .compose(this::scan)
        .compose(rows -> blocking.run(() -> adopt(rows)))
        .compose(groups -> interruptions.resolve(groups, blocking::run))
        .compose(resolved -> blocking.run(this::fold));
  }

  /** Makes each entry whole again that has a journal: also one that is not interrupted yet. */
  private Void fold() {
    for (String id : directory.journals().ids()) {
      try {
        rewrite.fold(id);
      } catch (IOException failure) {
        LOG.warn("{} stays in two files: {}", LogId.file(id), DiskFailure.reason(failure));
      }
    }
    return null;
  }

  private List<String> sweepAndList() {
    try {
      directory.files().sweep();
      List<String> ids = directory.list();
      settle(ids);
      return ids;
    } catch (IOException failure) {
      return unlisted(failure);
    }
  }

  private void settle(List<String> ids) {
    try {
      directory.settle(ids);
    } catch (IOException failure) {
      // Who asks for one of them does it.
      LOG.warn("{} cannot be synced: {}", LogDirectory.NAME, DiskFailure.reason(failure));
    }
  }

  private List<String> unlisted(IOException failure) {
    LOG.warn("{} cannot be read: {}", LogDirectory.NAME, DiskFailure.reason(failure));
    directory.distrust();
    return List.of();
  }

  private Future<List<LogRow>> scan(List<String> ids) {
    List<Future<List<LogRow>>> shares = new ArrayList<>();
    for (List<String> piece : Pieces.of(ids, TOGETHER)) {
      shares.add(blocking.run(() -> rows(piece)));
    }
    return Future.join(shares)
        .map(
            all -> {
              List<LogRow> rows = new ArrayList<>(ids.size());
              shares.forEach(share -> rows.addAll(share.result()));
              return rows;
            })
        .recover(
            failure ->
                failure instanceof IOException disk
                    ? blocking.run(
                        () -> {
                          unlisted(disk);
                          return List.of();
                        })
                    : Future.failedFuture(failure));
  }

  private List<LogRow> rows(List<String> ids) throws IOException {
    List<LogRow> rows = new ArrayList<>(ids.size());
    for (String id : ids) {
      Optional<FileStat> stat = directory.files().stat(LogId.file(id));
      if (stat.isPresent()) {
        directory.scan(id, stat.get()).ifPresent(rows::add);
      }
    }
    return rows;
  }

  private List<List<LogRow>> adopt(List<LogRow> rows) {
    rows.forEach(directory::adopt);
    return interruptions.due();
  }
}
