/**
 * Time, threads and futures, as all of the service uses them. Nothing here blocks an event loop, or
 * nests as deep as a queue is long.
 */
package org.dreamkeeper.bus.impl.async;
