package org.dreamkeeper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.dreamkeeper.junit5.DreamkeeperExtension;
import org.dreamkeeper.junit5.TestProject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The kit with options of one's own, and with one project for all tests of a class. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TestKitOptionsTest {
  @RegisterExtension
  static final DreamkeeperExtension MINE =
      new DreamkeeperExtension(new DreamkeeperOptions().setAddress("mine"));

  private final TestProject shared;

  TestKitOptionsTest(TestProject shared) {
    this.shared = shared;
  }

  @Test
  void theOptionsCount() {
    assertEquals("mine", shared.client().prefix());
    shared.client().state().incrementCurationCount().await();
  }

  @Test
  void whatAConstructorAsksForIsThatOfAllTests(TestProject project) {
    assertSame(shared, project);
    project.client().state().incrementCurationCount().await();
  }
}
