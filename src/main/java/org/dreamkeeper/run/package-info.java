/** One dream from acquire to release, and its undo; built on nothing but the three clients. */
package org.dreamkeeper.run;
