/**
 * The log's actor: its verticle, one engine that alone changes what memory knows, and rules that
 * know neither store nor bus. And the client that speaks to it. Nobody outside this project may
 * name any of it.
 */
package org.dreamkeeper.log.impl;
