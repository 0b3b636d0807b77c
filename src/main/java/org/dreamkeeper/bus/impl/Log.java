package org.dreamkeeper.bus.impl;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;
import org.slf4j.event.KeyValuePair;
import org.slf4j.event.Level;
import org.slf4j.event.LoggingEvent;
import org.slf4j.helpers.AbstractLogger;
import org.slf4j.spi.CallerBoundaryAware;
import org.slf4j.spi.LoggingEventAware;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * The project's loggers: whatever is logged stands on one line, whoever wrote it. A failure's stack
 * is logged as it is, but for messages in it that would not stay on their line.
 */
public final class Log extends AbstractLogger implements LoggingEventAware {
  private static final long serialVersionUID = 1L;
  private static final String CALLER = Log.class.getName();

  private final transient Logger log;

  private Log(Logger log) {
    this.log = log;
    this.name = log.getName();
  }

  /**
   * Makes a logger.
   *
   * @param of whose name it bears
   * @return the logger
   */
  public static Logger of(Class<?> of) {
    return new Log(LoggerFactory.getLogger(of));
  }

  @Override
  protected void handleNormalizedLoggingCall(
      Level level, Marker marker, String format, Object[] arguments, Throwable failure) {
    List<Object> given = arguments == null ? List.of() : Arrays.asList(arguments);
    List<Marker> markers = marker == null ? List.of() : List.of(marker);
    write(level, markers, format, given, List.of(), failure);
  }

  @Override
  public void log(LoggingEvent event) {
    List<KeyValuePair> keys =
        event.getKeyValuePairs() == null ? List.of() : event.getKeyValuePairs();
    write(
        event.getLevel(),
        event.getMarkers() == null ? List.of() : event.getMarkers(),
        event.getMessage(),
        event.getArguments() == null ? List.of() : event.getArguments(),
        keys,
        event.getThrowable());
  }

  private void write(
      Level level,
      List<Marker> markers,
      String format,
      List<Object> arguments,
      List<KeyValuePair> keys,
      Throwable failure) {
    LoggingEventBuilder line = log.atLevel(level);
    if (line instanceof CallerBoundaryAware aware) {
      aware.setCallerBoundary(CALLER);
    }
    for (Marker each : markers) {
      line = line.addMarker(each);
    }
    for (KeyValuePair pair : keys) {
      line = line.addKeyValue(pair.key, shown(pair.value));
    }
    List<Object> shown = new ArrayList<>();
    arguments.forEach(argument -> shown.add(shown(argument)));
    if (failure != null) {
      line = line.setCause(LoggedFailure.of(failure));
    }
    line.log(OneLine.of(format), shown.toArray());
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
  public boolean isTraceEnabled(Marker marker) {
    return log.isTraceEnabled(marker);
  }

  @Override
  public boolean isDebugEnabled() {
    return log.isDebugEnabled();
  }

  @Override
  public boolean isDebugEnabled(Marker marker) {
    return log.isDebugEnabled(marker);
  }

  @Override
  public boolean isInfoEnabled() {
    return log.isInfoEnabled();
  }

  @Override
  public boolean isInfoEnabled(Marker marker) {
    return log.isInfoEnabled(marker);
  }

  @Override
  public boolean isWarnEnabled() {
    return log.isWarnEnabled();
  }

  @Override
  public boolean isWarnEnabled(Marker marker) {
    return log.isWarnEnabled(marker);
  }

  @Override
  public boolean isErrorEnabled() {
    return log.isErrorEnabled();
  }

  @Override
  public boolean isErrorEnabled(Marker marker) {
    return log.isErrorEnabled(marker);
  }
}
