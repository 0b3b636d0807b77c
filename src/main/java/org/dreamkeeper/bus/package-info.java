/**
 * How a request on the event bus fails. Every client may name it; codes and names are the
 * contract's, and stay.
 */
package org.dreamkeeper.bus;
