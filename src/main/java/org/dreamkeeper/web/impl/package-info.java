/** What the router is made of: who is let in, and what is answered. */
package org.dreamkeeper.web.impl;
