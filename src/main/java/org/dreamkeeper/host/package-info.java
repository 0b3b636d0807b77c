/**
 * What {@code run.sh} starts: serves the configured projects and runs the configured workers. It is
 * an application like any other, so it uses what any application may, and nothing names it.
 */
package org.dreamkeeper.host;
