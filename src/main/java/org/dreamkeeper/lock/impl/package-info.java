/**
 * What works behind the lock's address: verticle, dispatcher, engine and rules, on a {@link
 * org.dreamkeeper.store.LockStore}; and the client that speaks to it. Nobody outside this project
 * may name it.
 */
package org.dreamkeeper.lock.impl;
