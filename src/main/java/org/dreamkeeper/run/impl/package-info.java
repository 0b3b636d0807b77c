/**
 * How a dream is run and undone, over the clients of state, lock and log alone. Nobody outside this
 * project may name it.
 */
package org.dreamkeeper.run.impl;
