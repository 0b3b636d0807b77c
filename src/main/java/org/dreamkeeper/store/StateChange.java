package org.dreamkeeper.store;

import java.util.function.Consumer;
import org.dreamkeeper.store.StoredState.Document;

/**
 * What becomes of the state, as it was decided.
 *
 * @param result what the transaction gives once that is durable
 * @param next what stands then; the very document that was seen is committed once more, as where
 *     the commit before was in doubt; null where nothing changes
 * @param setAside null, or: what stands is kept beside before, durably, and this is told the name
 *     of the copy as soon as that is done, whatever then becomes of the change, on the store's
 *     thread. What was set aside once is not again
 * @param carried what is to survive with the change
 */
public record StateChange<R>(R result, Document next, Consumer<String> setAside, Carried carried) {}
