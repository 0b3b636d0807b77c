/**
 * A project kept in files: the claim of its directory, durable replacement, and whatever else only
 * a disk knows. Nobody but the front door names this; who works here may change how things are
 * kept, but not what stands in the files, which a foreign program shares.
 */
package org.dreamkeeper.file;
