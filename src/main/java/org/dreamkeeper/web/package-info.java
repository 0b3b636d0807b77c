/**
 * The bus over HTTP: a handler that any server can have, whatever it listens at. It reaches actors
 * by message alone.
 */
package org.dreamkeeper.web;
