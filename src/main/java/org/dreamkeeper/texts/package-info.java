/**
 * The folder of the texts that dreams change: the one place that reads and writes them, on the file
 * store's disk. Paths come from a log that others can write, so each is checked at the deed.
 */
package org.dreamkeeper.texts;
