/** The log: what each dream did, so that it can be reviewed and undone. */
package org.dreamkeeper.log;
