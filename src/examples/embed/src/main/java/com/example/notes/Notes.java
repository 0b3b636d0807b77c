package com.example.notes;

import io.vertx.core.Future;
import org.dreamkeeper.log.DreamOperation;

/** What the worker consolidates. */
public interface Notes {

  /** Tells what {@link #merge} is going to do, with the texts as they are now. */
  DreamOperation plan();

  /** Does it, and says in a line what was done. */
  Future<String> merge();
}
