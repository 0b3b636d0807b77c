/**
 * The log: what each dream did, so that it can be reviewed and undone; its actor and its client. An
 * application names the client and what it takes and gives; state and lock reach this actor by
 * message alone.
 */
package org.dreamkeeper.log;
