/**
 * The actor of the state: verticle, engine, and rules that are pure. Nobody outside names it; it
 * reaches the state through its port alone.
 */
package org.dreamkeeper.state.impl;
