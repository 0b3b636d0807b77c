/**
 * How many nodes serve the projects of one database: who is there, who serves what, and how a
 * request reaches it. Nobody outside this project may name it.
 */
package org.dreamkeeper.node.impl;
