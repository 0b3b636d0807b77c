/** How the test kit knows that a project is at rest, and ends its host; for the kit alone. */
package org.dreamkeeper.junit5.impl;
