/**
 * What an operator asks: how a project is, what it has done, and how to help it on. An application
 * reaches it by {@code Dreamkeeper.admin()}.
 */
package org.dreamkeeper.admin;
