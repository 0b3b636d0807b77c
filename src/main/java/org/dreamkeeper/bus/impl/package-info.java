/**
 * The envelope of the actors: action table, bounded mailbox, reply or failure, fence, events, and
 * the client that asks them. It knows nothing of state, lock and log; what it rests on, as all
 * others do, is below it: {@code config}, {@code json}, {@code text} and {@code async}. No
 * application may name any of it.
 */
package org.dreamkeeper.bus.impl;
