package org.dreamkeeper.web;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.shareddata.LocalMap;
import io.vertx.core.shareddata.Shareable;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.dreamkeeper.ClientOptions;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.admin.Overview;
import org.dreamkeeper.bus.impl.async.Bulkhead;
import org.dreamkeeper.bus.impl.async.Time;

/**
 * How the projects of a Vert.x are. There is one for all who want to know, so that each project is
 * asked once a second at most. Safe from any thread.
 */
final class Overviews implements Shareable {
  /** Less than vertx-health-check waits for a procedure. */
  private static final Duration PATIENCE = Duration.ofMillis(900);

  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final int AT_ONCE = 64;

  private final Vertx vertx;
  private final Time time;
  private final Map<String, Told> last = new HashMap<>();

  private record Told(Future<Overview> overview, long askedNanos) {}

  private Overviews(Vertx vertx) {
    this.vertx = vertx;
    this.time = Time.of(vertx);
  }

  /** Gives that of a Vert.x. */
  static Overviews of(Vertx vertx) {
    LocalMap<String, Overviews> one = vertx.sharedData().getLocalMap(Overviews.class.getName());
    return one.computeIfAbsent("", first -> new Overviews(vertx));
  }

  /** Gives what each project said, or how it failed to within a second; never fails. */
  Future<Map<String, Future<Overview>>> ask(Set<String> projects) {
    forget();
    ContextInternal here = (ContextInternal) vertx.getOrCreateContext();
    Promise<Map<String, Future<Overview>>> end = here.promise();
    here.runOnContext(
        go -> {
          // A thousand at once would keep each other waiting until it is too late.
          Bulkhead some = new Bulkhead(AT_ONCE);
          Map<String, Future<Overview>> told = new TreeMap<>();
          projects.forEach(each -> told.put(each, some.run(() -> overview(each, here))));
          Future.join(List.copyOf(told.values())).otherwiseEmpty().map(told).onComplete(end);
        });
    return end.future();
  }

  /** Gives the answer here, whoever asked. */
  private Future<Overview> overview(String project, ContextInternal here) {
    Promise<Overview> answer = here.promise();
    overview(project).onComplete(answer);
    return answer.future();
  }

  private synchronized Future<Overview> overview(String project) {
    return last.computeIfAbsent(project, this::askAnew).overview();
  }

  private Told askAnew(String project) {
    ClientOptions options = new ClientOptions().setAddress(project).setTimeout(PATIENCE);
    return new Told(Dreamkeeper.client(vertx, options).admin().overview(), time.nanos());
  }

  private synchronized void forget() {
    long now = time.nanos();
    last.values()
        .removeIf(told -> told.overview().isComplete() && now - told.askedNanos() >= FRESH_NANOS);
  }
}
