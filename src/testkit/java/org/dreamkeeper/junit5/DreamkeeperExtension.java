package org.dreamkeeper.junit5;

import io.vertx.core.Vertx;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.DreamkeeperOptions;
import org.dreamkeeper.Durability;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives a test a project that is served, for as long as the test runs, from a temporary directory,
 * by a clock that stands until the test moves it.
 *
 * <pre>{@code
 * @ExtendWith(DreamkeeperExtension.class)
 * class MyWorkerTest {
 *   @Test
 *   void dreams(TestProject project) {
 *     project.vertx().deployVerticle(new MyWorker()).await();
 *     project.time().advance(Duration.ofHours(12));
 *     project.events().await(DreamEvent.Released.class);
 *   }
 * }
 * }</pre>
 *
 * <p>What a test method, or a {@code @BeforeEach} method, may ask for: the {@link TestProject}; its
 * {@link Dreamkeeper} client and its {@link ManualTime} alone, for short. Asked for in a
 * constructor or in a {@code @BeforeAll} method, the project is that of all tests of the class.
 *
 * <p>It runs on the Vert.x that vertx-junit5's {@code VertxExtension} gives, where that is used,
 * too; otherwise on one of its own, which is closed after the test.
 */
public final class DreamkeeperExtension
    implements ParameterResolver, AfterEachCallback, AfterAllCallback {
  private static final Namespace OURS = Namespace.create(DreamkeeperExtension.class);

  /** Where VertxExtension keeps its own, and looks before it makes one. */
  private static final Namespace THEIRS = Namespace.GLOBAL;

  private static final String VERTX = "Vertx";

  private static final Map<Class<?>, Function<TestProject, Object>> PARAMETERS =
      Map.of(
          TestProject.class, project -> project,
          Dreamkeeper.class, TestProject::client,
          ManualTime.class, TestProject::time);

  /** A Vert.x in the form in which VertxExtension shares one. */
  private record OwnVertx(Vertx get) implements Supplier<Vertx> {}

  private final DreamkeeperOptions options;

  /**
   * Makes one whose projects have the default options, but for {@code durability}, which is {@code
   * os}: a test's directory need not survive a power cut.
   */
  public DreamkeeperExtension() {
    this(new DreamkeeperOptions().setDurability(Durability.OS));
  }

  /**
   * Makes one whose projects have options of your own, for a field with {@code @RegisterExtension}.
   *
   * @param options not null; copied. Without a base directory, or a folder of texts, each project
   *     has a new one, which is deleted after it
   */
  public DreamkeeperExtension(DreamkeeperOptions options) {
    this.options = new DreamkeeperOptions(Objects.requireNonNull(options, "options is null"));
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return PARAMETERS.containsKey(parameter.getParameter().getType());
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    TestProject project =
        context
            .getStore(OURS)
            .getOrComputeIfAbsent(
                TestProject.class,
                key -> TestProject.serve(vertx(context), options),
                TestProject.class);
    return PARAMETERS.get(parameter.getParameter().getType()).apply(project);
  }

  private static Vertx vertx(ExtensionContext context) {
    Object shared =
        context.getStore(THEIRS).getOrComputeIfAbsent(VERTX, key -> new OwnVertx(Vertx.vertx()));
    return (Vertx) ((Supplier<?>) shared).get();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    close(context);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    close(context);
  }

  /** Ends what was asked for in this scope, not in one around it. */
  private static void close(ExtensionContext context) {
    TestProject project = context.getStore(OURS).remove(TestProject.class, TestProject.class);
    if (project == null) {
      return;
    }
    try {
      project.close();
    } finally {
      if (context.getStore(THEIRS).get(VERTX) instanceof OwnVertx own) {
        own.get().close().await();
      }
    }
  }
}
