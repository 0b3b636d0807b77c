package org.dreamkeeper.bus.impl.text;

import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;
import org.slf4j.event.KeyValuePair;
import org.slf4j.event.Level;
import org.slf4j.event.LoggingEvent;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.spi.CallerBoundaryAware;
import org.slf4j.spi.LoggingEventAware;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * The project's loggers: whatever is logged stands on one line, whoever wrote it. A failure's stack
 * is logged as it is, but for messages in it that would not stay on their line. Markers are not
 * used.
 */
public final class Log extends LegacyAbstractLogger implements LoggingEventAware {
  private static final long serialVersionUID = 1L;
  private static final String CALLER = Log.class.getName();

  private final transient Logger log;

  private Log(Logger log) {
    this.log = log;
    this.name = log.getName();
  }

  /** Makes the logger of a class. */
  public static Logger of(Class<?> type) {
    return new Log(LoggerFactory.getLogger(type));
  }

  /**
   * Logs a failure where the log may meet the same, as out of descriptors: nothing depends on it.
   */
  public static void failure(Logger log, String what, Throwable failure) {
    try {
      log.error(what, failure);
    } catch (Throwable unlogged) {
      failure.addSuppressed(unlogged);
    }
  }

  @Override
  protected void handleNormalizedLoggingCall(
      Level level, Marker none, String format, Object[] arguments, Throwable failure) {
    List<?> given = arguments == null ? List.of() : Arrays.asList(arguments);
    write(level, List.of(), format, given, failure);
  }

  @Override
  public void log(LoggingEvent event) {
    write(
        event.getLevel(),
        event.getKeyValuePairs(),
        event.getMessage(),
        event.getArguments(),
        event.getThrowable());
  }

  private void write(
      Level level, List<KeyValuePair> keys, String format, List<?> arguments, Throwable failure) {
    LoggingEventBuilder line = log.atLevel(level);
    if (line instanceof CallerBoundaryAware aware) {
      aware.setCallerBoundary(CALLER);
    }
    for (KeyValuePair pair : orNone(keys)) {
      line = line.addKeyValue(pair.key, shown(pair.value));
    }
    if (failure != null) {
      line = line.setCause(LoggedFailure.of(failure));
    }
    line.log(OneLine.of(format), orNone(arguments).stream().map(Log::shown).toArray());
  }

  private static <T> List<T> orNone(List<T> list) {
    return list == null ? List.of() : list;
  }

  private static Object shown(Object value) {
    return value == null || value instanceof Number || value instanceof Boolean
        ? value
        : OneLine.of(String.valueOf(value));
  }

  @Override
  protected String getFullyQualifiedCallerName() {
    return CALLER;
  }

  @Override
  public boolean isTraceEnabled() {
    return log.isTraceEnabled();
  }

  @Override
  public boolean isDebugEnabled() {
    return log.isDebugEnabled();
  }

  @Override
  public boolean isInfoEnabled() {
    return log.isInfoEnabled();
  }

  @Override
  public boolean isWarnEnabled() {
    return log.isWarnEnabled();
  }

  @Override
  public boolean isErrorEnabled() {
    return log.isErrorEnabled();
  }
}
