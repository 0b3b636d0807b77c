/**
 * JSON, as it is read, printed, checked by the schema files, and shown in a refusal. Values alone:
 * it knows of no request.
 */
package org.dreamkeeper.bus.impl.json;
