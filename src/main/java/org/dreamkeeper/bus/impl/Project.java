package org.dreamkeeper.bus.impl;

import java.util.function.Supplier;
import org.dreamkeeper.bus.impl.async.ProjectThreads;
import org.dreamkeeper.bus.impl.async.Time;

/**
 * What the three actors of one project have in common.
 *
 * @param address the address prefix, such as {@code dream}
 * @param at the prefix of the addresses on which the actors listen: the same, unless a gateway does
 * @param clustered whether the addresses are served cluster-wide
 * @param instance the deployment's own id, new each time
 * @param secret names the addresses on which the actors hear each other; nobody can guess it, and
 *     nothing tells it
 * @param epoch the number that the claim gave to this deployment; grows with each
 * @param maxPending how many requests an actor holds before it answers BUSY
 * @param budget how much memory requests, replies and caches may hold
 * @param threads where what may block runs
 * @param time clock and timers
 * @param events where events are published
 * @param whyNotServing null while the directory is ours; otherwise the reason why requests are
 *     refused
 * @param residents where holders of the lock live
 */
public record Project(
    String address,
    String at,
    boolean clustered,
    String instance,
    String secret,
    long epoch,
    int maxPending,
    Budget budget,
    ProjectThreads threads,
    Time time,
    Events events,
    Supplier<String> whyNotServing,
    Residents residents) {
  /** The header in which a gateway says with which request ids it is done: a JSON array. */
  public static final String DONE = "dreamkeeper-done";

  /** Tells whether all that is asked comes through gateways. */
  boolean behindGateway() {
    return !at.equals(address);
  }

  /**
   * Names an actor's public address.
   *
   * @param actor {@code state}, {@code lock}, {@code log} or {@code admin}
   * @return the address
   */
  public String address(String actor) {
    return address + "." + actor;
  }

  /** Names the address on which an actor listens. */
  public String listensAt(String actor) {
    return at + "." + actor;
  }

  /**
   * Names the address on which an actor hears the other actors of its own deployment, and nobody
   * else: local, and named by the secret.
   *
   * @param actor {@code state}, {@code lock} or {@code log}
   * @return the address
   */
  public String peer(String actor) {
    return "dreamkeeper." + secret + "." + actor;
  }
}
