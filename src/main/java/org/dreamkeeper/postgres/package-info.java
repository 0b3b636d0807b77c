/**
 * The store in PostgreSQL: a project's rows, claimed by one host at a time, changed by one
 * statement each. Nobody above knows that it is there but the front door.
 */
package org.dreamkeeper.postgres;
