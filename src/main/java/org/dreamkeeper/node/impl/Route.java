package org.dreamkeeper.node.impl;

/**
 * Who serves a project.
 *
 * @param node the node's id on the bus
 * @param term the epoch under which it does; grows with each that comes after
 */
record Route(String node, long term) {}
