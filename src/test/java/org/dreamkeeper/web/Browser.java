package org.dreamkeeper.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import org.dreamkeeper.junit5.impl.Quiet;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/**
 * A browser, as somebody uses it who waits until he sees what he looks for. There is one for all
 * tests, as a start takes seconds; and the page's timers run ten times as fast in it.
 */
final class Browser {
  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
  private static final String HASTE =
      "const wait = setTimeout; window.setTimeout = (then, ms) => wait(then, ms / 10);";

  private final ChromeDriverService service;
  private final ChromeDriver driver;

  /**
   * Leaves tests out where no browser is installed, but never where the project is built for all.
   */
  static final class Installed implements ExecutionCondition {
    private static final AtomicBoolean TOLD = new AtomicBoolean();

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      if (Files.isExecutable(CHROMIUM) && Files.isExecutable(DRIVER)) {
        return ConditionEvaluationResult.enabled("there is a browser");
      }
      String missing =
          "the page's tests need %s and %s: apt-get install chromium chromium-driver"
              .formatted(CHROMIUM, DRIVER);
      if ("1".equals(System.getenv("DREAMKEEPER_CI"))) {
        throw new AssertionError(missing);
      }
      if (TOLD.compareAndSet(false, true)) {
        System.out.println("Skipped: " + missing);
      }
      return ConditionEvaluationResult.disabled(missing);
    }
  }

  /** Starts with the first who asks for it, and ends with all tests. */
  private static final class One {
    static final Browser BROWSER = new Browser();

    static {
      Runtime.getRuntime().addShutdownHook(new Thread(BROWSER::close));
    }
  }

  static Browser one() {
    return One.BROWSER;
  }

  private Browser() {
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    ChromeOptions options =
        new ChromeOptions()
            .setBinary(CHROMIUM.toFile())
            .addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-dev-shm-usage",
                "--disable-gpu",
                "--hide-scrollbars",
                "--window-size=1280,900");
    options.setCapability("goog:loggingPrefs", logs);
    service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(DRIVER.toFile())
            .usingAnyFreePort()
            .withLogOutput(OutputStream.nullOutputStream())
            .build();
    driver = new ChromeDriver(service, options);
    driver.manage().timeouts().scriptTimeout(Duration.ofSeconds(Quiet.PATIENCE_S));
    hasten();
  }

  private void hasten() {
    driver.executeCdpCommand("Page.addScriptToEvaluateOnNewDocument", Map.of("source", HASTE));
  }

  private void close() {
    try {
      driver.quit();
    } finally {
      service.close();
    }
  }

  void open(String url) {
    driver.get(url);
  }

  void reload() {
    driver.navigate().refresh();
  }

  String address() {
    return driver.getCurrentUrl();
  }

  String title() {
    return driver.getTitle();
  }

  /** Forgets where it was, and who was logged in. */
  void forget() {
    while (driver.getWindowHandles().size() > 1) {
      driver.close();
      driver.switchTo().window(driver.getWindowHandles().iterator().next());
    }
    driver.get("about:blank");
    loseCookies();
    wide(1280);
    dark(false);
    driver.manage().logs().get(LogType.BROWSER);
  }

  void loseCookies() {
    driver.executeCdpCommand("Network.clearBrowserCookies", Map.of());
  }

  /** Gives what the page has complained of, but for hosts that are away and for a no. */
  List<String> complaints() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .map(each -> each.getMessage())
        .filter(each -> !each.contains("Failed to load resource"))
        .toList();
  }

  Object js(String script, Object... arguments) {
    return driver.executeScript(script, arguments);
  }

  /** Gives what is to be read on the page. */
  String text() {
    return (String) js("return document.body.innerText");
  }

  /** Waits until something holds; while a page is being loaded, nothing does. */
  void until(String what, BooleanSupplier holds) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Quiet.PATIENCE_S);
    while (!holds(holds)) {
      if (System.nanoTime() > end) {
        throw new AssertionError("never: " + what + "\n" + address() + "\n" + text());
      }
      try {
        Thread.sleep(20);
      } catch (InterruptedException stop) {
        throw new AssertionError(stop);
      }
    }
  }

  private static boolean holds(BooleanSupplier condition) {
    try {
      return condition.getAsBoolean();
    } catch (WebDriverException notYet) {
      return false;
    }
  }

  /** Waits until these are to be read. */
  void sees(String... texts) {
    for (String each : texts) {
      until("sees " + each, () -> text().contains(each));
    }
  }

  void seesNoMore(String text) {
    until("sees no more " + text, () -> !text().contains(text));
  }

  /** Clicks a button, link or box, by what it is called, as soon as that can be done. */
  void click(String name) {
    String quoted = name.contains("'") ? '"' + name + '"' : "'" + name + "'";
    By by =
        By.xpath(
            "(//button | //a | //label)[normalize-space()=%1$s or @aria-label=%1$s]"
                .formatted(quoted));
    until(
        "can click " + name,
        () -> {
          WebElement found = driver.findElement(by);
          if (!found.isEnabled()) {
            return false;
          }
          found.click();
          return true;
        });
  }

  /** Writes into a field, by its id. */
  void type(String field, String text) {
    until("has a field " + field, () -> driver.findElement(By.id(field)).isEnabled());
    driver.findElement(By.id(field)).sendKeys(text);
  }

  /** Presses keys, wherever the focus is. */
  void press(CharSequence... keys) {
    driver.switchTo().activeElement().sendKeys(keys);
  }

  /** Gives what has the focus: its text, else its name. */
  String focused() {
    return (String)
        js(
            "const is = document.activeElement;"
                + " return is.getAttribute('aria-label') || is.innerText || is.id || is.tagName");
  }

  /** Goes on from one thing to the next until this one has the focus. */
  void tabTo(String name) {
    pressUntil(name, Keys.TAB);
  }

  void tabBackTo(String name) {
    pressUntil(name, Keys.chord(Keys.SHIFT, Keys.TAB));
  }

  private void pressUntil(String name, CharSequence keys) {
    for (int i = 0; i < 60; i++) {
      if (focused().strip().equals(name)) {
        return;
      }
      press(keys);
    }
    throw new AssertionError("no key leads to " + name + "\n" + text());
  }

  boolean has(String selector) {
    return (Boolean) js("return !!document.querySelector(arguments[0])", selector);
  }

  void dark(boolean dark) {
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
  }

  /** Makes it so many pixels wide. */
  void wide(int pixels) {
    size(pixels, 900);
  }

  /** Makes it as high as the page is. */
  void whole() {
    size(
        1280,
        (Long)
            js(
                "return Math.min(1150,"
                    + " Math.ceil(document.querySelector('main').getBoundingClientRect().bottom))"));
  }

  private void size(int width, long height) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
  }

  /** Tells whether anything sticks out at the side. */
  boolean overflows() {
    return (Boolean)
        js("return document.scrollingElement.scrollWidth > document.documentElement.clientWidth");
  }

  /** Opens another tab, and gives the one that was there. */
  String newTab() {
    String before = driver.getWindowHandle();
    driver.switchTo().newWindow(WindowType.TAB);
    hasten();
    return before;
  }

  WebDriver.TargetLocator tabs() {
    return driver.switchTo();
  }

  void closeTab() {
    driver.close();
  }

  byte[] screenshot() {
    return driver.getScreenshotAs(OutputType.BYTES);
  }

  /** Gives what makes the page hard to use for those who do not see it as others do. */
  @SuppressWarnings("unchecked")
  List<String> barriers() {
    if (!(Boolean) js("return !!window.axe")) {
      js(Axe.SCRIPT);
    }
    return (List<String>)
        driver.executeAsyncScript(
            "const done = arguments[arguments.length - 1];"
                + " axe.run(document, {resultTypes: ['violations']}).then(is => done("
                + "is.violations.map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n =>"
                + " n.html.slice(0, 200) + ' ' + n.failureSummary).join(' | '))),"
                + " failure => done([String(failure)]))");
  }

  private static final class Axe {
    static final String SCRIPT;

    static {
      try (InputStream in = Browser.class.getResourceAsStream("/axe.min.js")) {
        SCRIPT = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    }
  }
}
