/**
 * The test kit for whoever writes a worker: a served temporary project, and a clock that is driven
 * by hand, for host and clients alike.
 */
package org.dreamkeeper.junit5;
