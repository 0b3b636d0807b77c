package org.dreamkeeper.faults;

import java.util.List;
import java.util.Set;
import org.dreamkeeper.faults.Tree.Snapshot;

/**
 * What an action does when nothing goes wrong.
 *
 * @param steps its file operations
 * @param old the files before it
 * @param now the files after it
 * @param stood the files before it, after each operation, and after it
 * @param restartedOld what a fresh service makes of the files before it
 * @param restartedNow what a fresh service makes of the files after it
 * @param outcomes how many answers there are
 */
record Reference(
    List<Step> steps,
    Snapshot old,
    Snapshot now,
    Set<Snapshot> stood,
    Restart restartedOld,
    Restart restartedNow,
    int outcomes) {}
