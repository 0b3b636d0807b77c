package org.dreamkeeper;

/**
 * What to do for each kind of event; a kind that is added is a compile error in who implements it.
 *
 * @param <R> what that gives
 */
public interface DreamEventCases<R> {

  /** {@return what is to be done} */
  R skipped(DreamEvent.Skipped event);

  /** {@return what is to be done} */
  R acquired(DreamEvent.Acquired event);

  /** {@return what is to be done} */
  R released(DreamEvent.Released event);

  /** {@return what is to be done} */
  R rolledBack(DreamEvent.RolledBack event);

  /** {@return what is to be done} */
  R takenOver(DreamEvent.TakenOver event);

  /** {@return what is to be done} */
  R lockLost(DreamEvent.LockLost event);

  /** {@return what is to be done} */
  R saved(DreamEvent.Saved event);

  /** {@return what is to be done} */
  R interrupted(DreamEvent.Interrupted event);

  /** {@return what is to be done} */
  R pruned(DreamEvent.Pruned event);

  /** {@return what is to be done} */
  R unreadable(DreamEvent.Unreadable event);

  /** {@return what is to be done} */
  R undone(DreamEvent.Undone event);

  /** {@return what is to be done} */
  R stateChanged(DreamEvent.StateChanged event);

  /** {@return what is to be done} */
  R quarantined(DreamEvent.Quarantined event);

  /** {@return what is to be done} */
  R storageFailed(DreamEvent.StorageFailed event);

  /** {@return what is to be done} */
  R storageRecovered(DreamEvent.StorageRecovered event);

  /** {@return what is to be done} */
  R kept(DreamEvent.Kept event);

  /** {@return what is to be done} */
  R serving(DreamEvent.Serving event);

  /** {@return what is to be done} */
  R other(DreamEvent.Other event);
}
