package org.dreamkeeper.host.command;

/** How a command ends; the numbers are a contract with scripts. */
enum Exit {
  DONE(0),
  FAILED(1),
  USAGE(2),
  NOTHING_THERE(20),
  IN_USE(21),
  REFUSED(22),
  PROBLEMS(23);

  private final int code;

  Exit(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }
}
