/**
 * What a configuration or a caller sets, read and held against its range. What is wrong is refused
 * in one line that names it.
 */
package org.dreamkeeper.bus.impl.config;
