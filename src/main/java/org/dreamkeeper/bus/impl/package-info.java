/**
 * The envelope of the three actors: action table, schemas, bounded mailbox, reply or failure,
 * events. Knows nothing of state, lock and log; nobody outside this project may name it.
 */
package org.dreamkeeper.bus.impl;
