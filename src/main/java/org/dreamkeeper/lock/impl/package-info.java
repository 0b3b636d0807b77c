/**
 * What works behind the lock's address, and the client that speaks to it. Nobody outside this
 * project may name it.
 */
package org.dreamkeeper.lock.impl;
