/** How a request on the event bus fails: what every client of the service may name. */
package org.dreamkeeper.bus;
