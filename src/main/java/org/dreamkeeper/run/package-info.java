/**
 * One dream from acquire to release, and its undo. Built on nothing but the three clients, so that
 * it works from any node; a worker names what is public here.
 */
package org.dreamkeeper.run;
