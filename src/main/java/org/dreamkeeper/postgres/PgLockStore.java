package org.dreamkeeper.postgres;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import org.dreamkeeper.bus.impl.json.JsonText;
import org.dreamkeeper.postgres.Journaled.Sql;
import org.dreamkeeper.store.Carried;
import org.dreamkeeper.store.LockRecord;
import org.dreamkeeper.store.LockStore;
import org.dreamkeeper.store.LockView;
import org.dreamkeeper.store.LockView.Free;
import org.dreamkeeper.store.LockView.Held;
import org.dreamkeeper.store.LockView.LockContent;

/** The lock in its cell: a record while it is held, else when the last dream completed. */
record PgLockStore(Cell cell) implements LockStore {
  @Override
  public Future<LockView> view() {
    return cell.run(() -> cell.look().map(PgLockStore::read));
  }

  @Override
  public Future<Swap> swap(LockView seen, LockContent next, Carried carried) {
    return cell.run(
        () ->
            cell.seen()
                .compose(now -> read(now).equals(seen) ? Future.succeededFuture() : cell.look())
                .compose(looked -> swapped(seen, next, carried)));
  }

  private Future<Swap> swapped(LockView seen, LockContent next, Carried carried) {
    LockContent now = read(cell.content());
    return now.equals(seen)
        ? cell.commit(Sql.CHANGE, print(next), cell.carry(carried))
            .compose(
                done ->
                    done == null
                        ? swapped(seen, next, carried)
                        : Future.succeededFuture(new Swap(true, next)))
        : Future.succeededFuture(new Swap(false, now));
  }

  private static String print(LockContent content) {
    JsonObject json = new JsonObject();
    if (content instanceof Held held) {
      LockRecord is = held.record();
      json.put("pid", is.pid())
          .put("token", is.token())
          .put("instance", is.instance())
          .put("owner", is.owner())
          .put("acquiredAt", is.acquiredAt())
          .put("expiresAt", is.expiresAt())
          .put("leaseMs", is.leaseMs())
          .put("prior", text(is.prior()));
      if (is.home() != null) {
        json.put("node", is.home().node()).put("spentMs", is.home().spentMs());
        if (is.home().cancelled() != null) {
          json.put("cancelled", is.home().cancelled());
        }
      }
    } else {
      json.put("completedAt", text(((Free) content).completedAt()));
    }
    return JsonText.line(json);
  }

  private static String text(Instant time) {
    return time == null ? null : time.toString();
  }

  /** Reads what stands there; what is no record of ours is nobody's. */
  private static LockContent read(String content) {
    try {
      JsonObject json = content == null ? new JsonObject() : new JsonObject(content);
      return json.containsKey("token")
          ? new Held(
              new LockRecord(
                  json.getLong("pid"),
                  json.getLong("token"),
                  json.getString("instance"),
                  json.getString("owner"),
                  json.getLong("acquiredAt"),
                  json.getLong("expiresAt"),
                  json.getLong("leaseMs"),
                  json.getInstant("prior"),
                  json.containsKey("spentMs")
                      ? new LockRecord.Home(
                          json.getString("node"),
                          json.getLong("spentMs"),
                          json.getString("cancelled"))
                      : null))
          : new Free(json.getInstant("completedAt"));
    } catch (RuntimeException odd) {
      return new Free(null);
    }
  }
}
