/**
 * The front door: the verticle that serves a project, its options, and the client that a worker
 * holds of it. An application names what is public here and in {@code run}, {@code state}, {@code
 * lock}, {@code log} and {@code bus}; it deploys and asks, and touches no file of a project.
 */
package org.dreamkeeper;
