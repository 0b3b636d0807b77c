/**
 * What {@code ./run.sh COMMAND} does: asks the host that serves a directory; where nobody does, it
 * looks at the files itself. It only shows what the actors say.
 */
package org.dreamkeeper.host.command;
