/**
 * What works behind the log's address, and the client that speaks to it. Nobody outside this
 * project may name it.
 */
package org.dreamkeeper.log.impl;
