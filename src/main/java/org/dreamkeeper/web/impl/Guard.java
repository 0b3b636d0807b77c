package org.dreamkeeper.web.impl;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Set;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.async.Time;
import org.dreamkeeper.bus.impl.text.OneLine;

/**
 * Who is let in.
 *
 * <ol>
 *   <li>Only a request whose {@code Host} is one of the names: no other name leads here, whatever
 *       its owner has it resolve to.
 *   <li>Only a request whose {@code Origin}, where it is sent, is that host: no other page asks.
 *   <li>Behind the login: who sends the token, or the cookie of a session that began with it. By
 *       cookie, what is more than a look must send the {@code Origin}.
 * </ol>
 */
public final class Guard {
  private static final int LOGIN_BYTES = 4096;
  private static final Set<HttpMethod> LOOKS = Set.of(HttpMethod.GET, HttpMethod.HEAD);
  private static final String BEARER = "Bearer ";

  private final byte[] token;
  private final Set<String> hosts;
  private final Sessions sessions;

  /**
   * Makes one.
   *
   * @param token null for no login
   * @param hosts the names, in lower case; none for any
   */
  public Guard(Vertx vertx, String token, Set<String> hosts) {
    this.token = token == null ? null : token.getBytes(StandardCharsets.UTF_8);
    this.hosts = hosts;
    this.sessions = token == null ? null : new Sessions(this.token, Time.of(vertx));
  }

  /** Adds the login. */
  public void mount(Routes routes) {
    if (token != null) {
      routes.add("/login", this::login, HttpMethod.POST);
    }
  }

  /** Lets a request pass that was sent to us, by nobody else's page. */
  public void checkPlace(RoutingContext request) {
    protect(request.response());
    String host = lower(host(request.request()));
    String origin = lower(request.request().getHeader("Origin"));
    if (host == null || !(hosts.isEmpty() || hosts.contains(host.replaceFirst(":[0-9]*$", "")))) {
      forbid(request, "Host is " + OneLine.of(host) + ", which is none of this server's names");
    } else if (origin != null && !ofHost(origin, host)) {
      forbid(request, "Origin is " + OneLine.of(origin) + ", expected that of " + host);
    } else {
      request.next();
    }
  }

  private static String host(HttpServerRequest asked) {
    String header = asked.getHeader("Host");
    // HTTP/2 has it by another name.
    return header == null && asked.authority() != null ? asked.authority().toString() : header;
  }

  private static boolean ofHost(String origin, String host) {
    return origin.equals("http://" + host) || origin.equals("https://" + host);
  }

  private static String lower(String text) {
    return text == null ? null : text.toLowerCase(Locale.ROOT);
  }

  private static void protect(HttpServerResponse response) {
    response
        .putHeader(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src"
                + " 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
        .putHeader("X-Content-Type-Options", "nosniff")
        .putHeader("Referrer-Policy", "no-referrer")
        .putHeader("Cross-Origin-Opener-Policy", "same-origin")
        .putHeader("Cross-Origin-Resource-Policy", "same-origin");
  }

  private static void forbid(RoutingContext request, String why) {
    Answers.refuse(request, 403, "FORBIDDEN", why);
  }

  /** Lets a request pass of somebody who is logged in. */
  public void checkLogin(RoutingContext request) {
    HttpServerRequest asked = request.request();
    String authorization = asked.getHeader("Authorization");
    boolean bearer =
        token != null
            && authorization != null
            && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
            && isToken(authorization.substring(BEARER.length()).strip());
    if (!bearer && token != null && !hasSession(asked)) {
      refuse(request, authorization != null ? "the token is not this server's" : "no login");
    } else if (!bearer
        && asked.getHeader("Cookie") != null
        && asked.getHeader("Origin") == null
        && !LOOKS.contains(asked.method())) {
      forbid(request, "by cookie, the header Origin must be sent");
    } else {
      request.next();
    }
  }

  private boolean hasSession(HttpServerRequest asked) {
    Cookie cookie = asked.getCookie(cookieName(asked));
    return cookie != null && sessions.has(cookie.getValue());
  }

  private static String cookieName(HttpServerRequest asked) {
    return "dreamkeeper-" + asked.localAddress().port();
  }

  private boolean isToken(String given) {
    return MessageDigest.isEqual(token, given.getBytes(StandardCharsets.UTF_8));
  }

  private static void refuse(RoutingContext request, String why) {
    request.response().putHeader("WWW-Authenticate", "Bearer");
    Answers.refuse(request, 401, "UNAUTHORIZED", why + "; the host prints a link that logs in");
  }

  private void login(RoutingContext request) {
    Bodies.read(request, LOGIN_BYTES, body -> login(request, body));
  }

  private void login(RoutingContext request, Buffer text) {
    JsonObject body = Bodies.json(request, text);
    if (request.response().ended()) {
      return;
    }
    if (body == null || !(body.getValue("token") instanceof String given)) {
      Answers.refuse(request, FailureCode.INVALID_REQUEST, "expected {\"token\": \"…\"}");
    } else if (!isToken(given)) {
      refuse(request, "the token is not this server's");
    } else {
      String origin = String.valueOf(request.request().getHeader("Origin"));
      request
          .response()
          .addCookie(
              Cookie.cookie(cookieName(request.request()), sessions.begin())
                  .setPath("/")
                  .setHttpOnly(true)
                  // Behind a proxy that speaks TLS, only by TLS.
                  .setSecure(lower(origin).startsWith("https:"))
                  .setSameSite(CookieSameSite.STRICT)
                  .setMaxAge(Sessions.LENGTH_MS / 1000));
      Answers.send(request, 200, "{}").otherwiseEmpty();
    }
  }
}
