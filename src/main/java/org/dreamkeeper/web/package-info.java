/**
 * The page, and the bus over HTTP: a router that any server can have, whatever it listens at; and
 * health and metrics, for it and for others. It reaches actors by message alone.
 */
package org.dreamkeeper.web;
