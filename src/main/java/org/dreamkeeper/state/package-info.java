/**
 * The state: when the last dream was, what has been written since, what is pending; its actor and
 * its client. An application names the client and what it takes and gives; lock and log reach this
 * actor by message alone.
 */
package org.dreamkeeper.state;
