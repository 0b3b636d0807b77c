package org.dreamkeeper.file;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.Budget;
import org.dreamkeeper.bus.impl.json.JsonText;
import org.dreamkeeper.bus.impl.text.OneLine;
import org.dreamkeeper.store.Carried;
import org.dreamkeeper.store.LogId;
import org.dreamkeeper.store.StateChange;
import org.dreamkeeper.store.StateCopy;
import org.dreamkeeper.store.StateStore;
import org.dreamkeeper.store.StoreCheck;
import org.dreamkeeper.store.StoredEntry;
import org.dreamkeeper.store.StoredState;

/** Looks after the files of a directory beside those that are served. */
record FileStoreCheck(
    StoreTasks tasks,
    DirectoryClaim claim,
    StateStore state,
    NamedFiles files,
    NamedFiles entries,
    Budget budget)
    implements StoreCheck {
  private static final String IN_LOG = FileLogStore.NAME + "/";
  private static final String ASIDE = ".aside-";

  @Override
  public Future<List<Finding>> check() {
    return state
        .transact(seen -> new StateChange<>(seen, null, null, Carried.NONE))
        .compose(seen -> tasks.run(() -> find(seen)));
  }

  @Override
  public Future<Integer> statesSetAside() {
    return tasks.run(this::copies).compose(copies -> StateCopy.lacked(state, copies));
  }

  private List<Finding> find(StoredState seen) throws IOException {
    List<Finding> found = new ArrayList<>();
    String lost = claim.obstacle();
    if (lost != null) {
      found.add(new Finding(Kind.CLAIM, DirectoryClaim.NAME, lost, List.of()));
    }
    for (String name : files.abandoned()) {
      found.add(abandoned(name));
    }
    for (String name : entries.abandoned()) {
      found.add(abandoned(IN_LOG + name));
    }
    copies().forEach(copy -> found.add(copy.toFinding(seen)));
    for (String name : new TreeSet<>(entries.list())) {
      String id = EntryReader.id(name);
      String flaw = id == null ? null : flaw(id);
      if (flaw != null) {
        found.add(new Finding(Kind.UNREADABLE_ENTRY, IN_LOG + name, flaw, List.of()));
      }
      int aside = name.lastIndexOf(ASIDE);
      if (aside > 0 && EntryReader.id(name.substring(0, aside)) != null) {
        found.add(new Finding(Kind.ENTRY_SET_ASIDE, IN_LOG + name, StoreCheck.ASIDE, List.of()));
      }
    }
    return found;
  }

  private List<StateCopy> copies() throws IOException {
    List<StateCopy> copies = new ArrayList<>();
    for (String name : Quarantine.names(files)) {
      copies.add(new StateCopy(name, read(name).orElse(null)));
    }
    return copies;
  }

  private static Finding abandoned(String place) {
    String detail = "a temporary file that nobody will finish";
    return new Finding(Kind.ABANDONED, place, detail, List.of());
  }

  private Optional<JsonObject> read(String name) throws IOException {
    return files
        .read(name, budget.share())
        .flatMap(content -> JsonText.parseObject(content.bytes()));
  }

  /** Says why what stands under an id is no entry of it; null if it is, or nothing stands there. */
  private String flaw(String id) {
    EntryReader reader = new EntryReader(entries, new Journals(entries, budget.share()), budget);
    StoredEntry entry = reader.now(id);
    return entry == null ? null : entry.fault();
  }

  @Override
  public Future<String> setAside(String id) {
    if (!LogId.valid(id)) {
      return Future.failedFuture(refusal(OneLine.of(id) + " is no id of an entry"));
    }
    String name = EntryReader.name(id);
    StoreTasks named = new StoreTasks(tasks.executor(), IN_LOG + name + ": ");
    return named.run(
        () -> {
          Optional<FileStat> stat = entries.stat(name);
          if (stat.isEmpty() || flaw(id) == null) {
            String why = stat.isEmpty() ? "is not there" : "can be read";
            throw refusal(IN_LOG + name + " " + why + "; only what cannot be read is set aside");
          }
          long number = FileStat.millis(stat.get().modified());
          while (entries.stat(name + ASIDE + number).isPresent()) {
            number++;
          }
          entries.move(name, name + ASIDE + number);
          return IN_LOG + name + ASIDE + number;
        });
  }

  @Override
  public Future<Void> putBack(String place, List<String> fields) {
    return tasks
        .run(
            () -> {
              if (!Quarantine.names(files).contains(place)) {
                throw refusal(OneLine.of(place) + " is no state that was set aside");
              }
              JsonObject json =
                  read(place).orElseThrow(() -> refusal(place + ": it is no JSON object"));
              return new StateCopy(place, json);
            })
        .compose(copy -> copy.putInto(state, fields));
  }

  private static DreamkeeperException refusal(String reason) {
    return new DreamkeeperException(FailureCode.INVALID_REQUEST, reason);
  }
}
