/**
 * What works behind the admin's address: it asks the three actors by message, and the store for
 * what no actor looks after; and the client that speaks to it. Nobody outside this project may name
 * it.
 */
package org.dreamkeeper.admin.impl;
