/**
 * The page, and the bus over HTTP: a router that any server can have, whatever it listens at. It
 * reaches actors by message alone.
 */
package org.dreamkeeper.web;
