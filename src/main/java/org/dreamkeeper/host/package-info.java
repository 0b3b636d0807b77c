/** What {@code run.sh} starts: serves the configured projects and runs the configured workers. */
package org.dreamkeeper.host;
