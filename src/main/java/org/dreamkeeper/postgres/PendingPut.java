package org.dreamkeeper.postgres;

import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.BodyCheck;
import org.dreamkeeper.bus.impl.Budget;
import org.dreamkeeper.bus.impl.json.JsonText;
import org.dreamkeeper.store.Carried;
import org.dreamkeeper.store.LogStore.Put;
import org.dreamkeeper.store.StoredEntry;

/** A put that is under way. What it is refused by is its own failure, not that of others. */
final class PendingPut {
  final Put put;
  StoredEntry now;
  JsonObject next;
  String text;
  Carried carried;
  boolean written;
  Throwable failure;

  /** Whether it is still to be written. */
  boolean open = true;

  PendingPut(Put put) {
    this.put = put;
  }

  String id() {
    return put.id();
  }

  String seen() {
    return now == null ? "" : (String) now.version().stamp();
  }

  boolean isSmall() {
    return next == null || BodyCheck.isSmall(next);
  }

  void fail(Throwable no) {
    failure = no;
    open = false;
  }

  void decide(StoredEntry there) {
    now = there;
    try {
      next = put.decide().apply(now);
      open = next != null;
    } catch (RuntimeException no) {
      fail(no);
    }
  }

  void print(Budget budget) {
    try {
      byte[] bytes = JsonText.print(next);
      String excess = budget.excess(JsonText.held(bytes));
      if (excess != null) {
        throw new DreamkeeperException(FailureCode.TOO_LARGE, id() + ": it " + excess);
      }
      text = new String(bytes, StandardCharsets.UTF_8);
      carried = put.carry().apply(next);
    } catch (RuntimeException no) {
      fail(no);
    }
  }
}
