/**
 * Workers to copy and change; {@code run.sh} finds them. They use nothing of Dreamkeeper but what
 * any worker may use.
 */
package org.dreamkeeper.examples;
