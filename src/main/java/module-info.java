/**
 * Keeps the state, the lock and the log of an AI agent's dreams. What is exported is what a user
 * may name; all else may change.
 */
@SuppressWarnings("requires-transitive-automatic")
module org.dreamkeeper {
  requires transitive io.vertx.core;
  requires io.vertx.jsonschema;
  requires com.fasterxml.jackson.core;
  requires com.fasterxml.jackson.databind;
  requires org.slf4j;
  requires static info.picocli;
  requires static io.github.javadiffutils;
  requires static io.vertx.launcher.application;
  requires static io.vertx.sql.client;
  requires static io.vertx.sql.client.pg;
  requires static micrometer.registry.prometheus;
  requires static transitive io.vertx.healthcheck;
  requires static transitive io.vertx.web;
  requires static transitive micrometer.core;

  exports org.dreamkeeper;
  exports org.dreamkeeper.admin;
  exports org.dreamkeeper.bus;
  exports org.dreamkeeper.lock;
  exports org.dreamkeeper.log;
  exports org.dreamkeeper.run;
  exports org.dreamkeeper.state;
  exports org.dreamkeeper.web;
}
