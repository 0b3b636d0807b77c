/**
 * The envelope of the three actors: action table, schemas, bounded mailbox, reply or failure,
 * events. It knows nothing of state, lock and log, and no application may name it.
 */
package org.dreamkeeper.bus.impl;
