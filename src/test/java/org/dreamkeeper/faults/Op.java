package org.dreamkeeper.faults;

/** The file operations that are counted. */
enum Op {
  STAT,
  READ,
  CREATE,
  RENAME,
  LINK,
  DELETE,
  SET_MODIFIED,
  LIST,
  SYNC_DIRECTORY,
  CREATE_DIRECTORIES,
  OPEN,
  READ_IN_PLACE,
  WRITE_IN_PLACE,
  SYNC_IN_PLACE;

  /** Tells whether it can be done in part. */
  boolean writesContent() {
    return this == CREATE || this == WRITE_IN_PLACE;
  }
}
