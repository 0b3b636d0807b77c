/**
 * The ports: what the actors ask of wherever a project is kept, and what they are promised. A store
 * implements them; nothing above knows which one it is.
 */
package org.dreamkeeper.store;
