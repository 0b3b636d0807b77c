/**
 * The lock: one dream at a time, and a fence against those who lost it; its actor and its client.
 * An application names the client and what it takes and gives; state and log reach this actor by
 * message alone.
 */
package org.dreamkeeper.lock;
