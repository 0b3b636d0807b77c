/**
 * What a person reads: a line in the log, the reason of a failure, the name of a file. Each stands
 * on one line, whoever wrote it.
 */
package org.dreamkeeper.bus.impl.text;
