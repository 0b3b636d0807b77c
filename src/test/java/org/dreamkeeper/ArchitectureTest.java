package org.dreamkeeper;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Which package may name which, and how large things may be. What is not so yet is listed with each
 * rule; a line that is no longer needed has to go.
 */
final class ArchitectureTest {
  /** Names only point down. What shares a line does not know each other. */
  private static final List<List<String>> LAYERS =
      List.of(
          List.of("examples", "junit5"),
          List.of("host"),
          List.of("web"),
          List.of("root"),
          List.of("admin"),
          List.of("run"),
          List.of("node"),
          // A lock in hand gives the clients of state and log; the actors know each other by
          // message.
          List.of("lock"),
          // On the file store's disk, of which it uses nothing else.
          List.of("texts"),
          List.of("file", "postgres", "state", "log"),
          List.of("store"),
          List.of("bus"));

  private static final Set<String> STORES = Set.of("file", "postgres");

  /** What is further down, and yet not to be named: only front door and nodes choose a store. */
  private static final Map<String, Set<String>> HIDDEN =
      Map.of(
          "examples", Set.of("host", "web", "node", "texts", "file", "postgres", "store"),
          "host", STORES,
          "web", STORES,
          "admin", STORES,
          "lock", STORES,
          "run", Set.of("node", "file", "postgres", "store"),
          "texts", Set.of("postgres", "state", "log", "store"));

  /** What knows of no disk. */
  private static final Set<String> DISKLESS =
      Set.of("store", "state", "lock", "log", "run", "admin");

  private static final Pattern DISK =
      Pattern.compile("java\\.nio\\.file\\..*|java\\.io\\.(File.*|IOException)");

  private static final Pattern OURS =
      Pattern.compile("org\\.dreamkeeper(?:\\.([a-z0-9]+)(?:\\.[a-z0-9]+)*)?\\.[A-Z*].*");

  private static final int MAX_LINES = 250;
  private static final int MAX_PARAMETERS = 6;

  /** A file, the dotted names in it, and its classes' largest numbers of constructor parameters. */
  private record Source(
      Path file, String layer, int lines, Set<String> names, Map<String, Integer> constructors) {}

  private static final List<Source> SOURCES = new ArrayList<>();

  @BeforeAll
  static void parse() throws IOException {
    List<Path> files = new ArrayList<>();
    for (String root : List.of("src/main/java", "src/testkit/java", "src/examples/java")) {
      try (Stream<Path> all = Files.walk(Path.of(root))) {
        all.filter(file -> file.toString().endsWith(".java"))
            .filter(file -> !file.endsWith("module-info.java"))
            .forEach(files::add);
      }
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null, manager, null, null, null, manager.getJavaFileObjectsFromPaths(files));
      for (CompilationUnitTree unit : task.parse()) {
        SOURCES.add(source(unit));
      }
    }
  }

  private static Source source(CompilationUnitTree unit) throws IOException {
    Set<String> names = new TreeSet<>();
    Map<String, Integer> constructors = new TreeMap<>();
    new TreeScanner<Void, Void>() {
      @Override
      public Void visitMemberSelect(MemberSelectTree select, Void none) {
        names.add(name(select));
        return super.visitMemberSelect(select, null);
      }

      @Override
      public Void visitClass(ClassTree type, Void none) {
        for (Tree member : type.getMembers()) {
          // A record's are what it holds.
          if (type.getKind() != Tree.Kind.RECORD
              && member instanceof MethodTree method
              && method.getName().contentEquals("<init>")) {
            int parameters = method.getParameters().size();
            constructors.merge(type.getSimpleName().toString(), parameters, Math::max);
          }
        }
        return super.visitClass(type, null);
      }
    }.scan(unit, null);
    Path file = Path.of(unit.getSourceFile().toUri());
    String layer = layer(unit.getPackageName() + ".Any");
    return new Source(file, layer, Files.readAllLines(file).size(), names, constructors);
  }

  private static String name(Tree tree) {
    return tree instanceof MemberSelectTree select
        ? name(select.getExpression()) + "." + select.getIdentifier()
        : tree instanceof IdentifierTree simple ? simple.getName().toString() : "()";
  }

  /** The layer of one of our names, else null. */
  private static String layer(String name) {
    Matcher ours = OURS.matcher(name);
    if (!ours.matches()) {
      return null;
    }
    return ours.group(1) == null ? "root" : ours.group(1);
  }

  private static int depth(String layer) {
    for (int i = 0; i < LAYERS.size(); i++) {
      if (LAYERS.get(i).contains(layer)) {
        return i;
      }
    }
    throw new AssertionError("org.dreamkeeper." + layer + " is no package of the design");
  }

  /** Breaches by what they are, each with an example; those that are listed must be there. */
  private static void assertBreaches(Set<String> listed, Map<String, String> found) {
    Map<String, String> unlisted = new TreeMap<>(found);
    unlisted.keySet().removeAll(listed);
    assertEquals(Map.of(), unlisted, "against the design");
    Set<String> mended = new TreeSet<>(listed);
    mended.removeAll(found.keySet());
    assertEquals(Set.of(), mended, "mended: take them off the list in this test");
  }

  @Test
  void namesPointDown() {
    Map<String, String> found = new TreeMap<>();
    for (Source source : SOURCES) {
      for (String name : source.names()) {
        String to = layer(name);
        if (to != null
            && !to.equals(source.layer())
            && (depth(to) <= depth(source.layer())
                || HIDDEN.getOrDefault(source.layer(), Set.of()).contains(to))) {
          found.put(source.layer() + " -> " + to, source.file() + " names " + name);
        }
      }
    }
    assertBreaches(Set.of(), found);
  }

  /** What is in an {@code impl} is its own package's, and is put together at the front door. */
  @Test
  void nobodyNamesAnothersImpl() {
    Map<String, String> found = new TreeMap<>();
    for (Source source : SOURCES) {
      for (String name : source.names()) {
        String to = layer(name);
        boolean busInside = "bus".equals(to) && !source.layer().equals("examples");
        if (to != null
            && name.contains(".impl.")
            && !busInside
            && !to.equals(source.layer())
            && !source.layer().equals("root")) {
          found.put(source.layer() + " -> " + to + ".impl", source.file() + " names " + name);
        }
      }
    }
    assertBreaches(Set.of(), found);
  }

  /** Within the bus names only point down, too. */
  @Test
  void partsOfTheBusPointDown() {
    List<String> down = List.of("", "config", "json", "text", "async");
    Pattern part = Pattern.compile("org\\.dreamkeeper\\.bus\\.impl\\.(?:([a-z]+)\\.)?[A-Z].*");
    Map<String, String> found = new TreeMap<>();
    for (Source source : SOURCES) {
      Matcher from = part.matcher(source.file().toString().replace('/', '.'));
      if (from.find()) {
        for (String name : source.names()) {
          Matcher to = part.matcher(name);
          if (to.matches() && below(down, to) < below(down, from)) {
            found.put(from.group(1) + " -> " + to.group(1), source.file() + " names " + name);
          }
        }
      }
    }
    assertBreaches(Set.of(), found);
  }

  private static int below(List<String> down, Matcher part) {
    return down.indexOf(part.group(1) == null ? "" : part.group(1));
  }

  @Test
  void onlyTheFileStoreKnowsTheDisk() {
    Map<String, String> found = new TreeMap<>();
    for (Source source : SOURCES) {
      for (String name : source.names()) {
        if (DISKLESS.contains(source.layer()) && DISK.matcher(name).matches()) {
          found.put(source.layer(), source.file() + " names " + name);
        }
      }
    }
    assertBreaches(Set.of(), found);
  }

  @Test
  void noFileIsLong() {
    Map<String, String> found = new TreeMap<>();
    for (Source source : SOURCES) {
      if (source.lines() > MAX_LINES) {
        found.put(source.file().getFileName().toString(), source.lines() + " lines");
      }
    }
    assertBreaches(Set.of(), found);
  }

  @Test
  void noConstructorTakesManyParameters() {
    Map<String, String> found = new TreeMap<>();
    for (Source source : SOURCES) {
      source
          .constructors()
          .forEach(
              (type, parameters) -> {
                if (parameters > MAX_PARAMETERS) {
                  found.put(type, source.file() + ": " + parameters);
                }
              });
    }
    assertBreaches(Set.of(), found);
  }

  @Test
  void everyPackageSaysWhoLivesThere() {
    Map<String, String> found = new TreeMap<>();
    for (Source source : SOURCES) {
      Path folder = source.file().getParent();
      if (!Files.exists(folder.resolve("package-info.java"))) {
        found.put(folder.toString(), "has no package-info.java");
      }
    }
    assertBreaches(Set.of(), found);
  }
}
