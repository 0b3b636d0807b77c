package org.dreamkeeper.postgres;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import org.dreamkeeper.bus.impl.json.JsonText;

/**
 * What is known of an entry.
 *
 * @param version the row's
 * @param operations how many it has, with those that were appended
 * @param appended how many those are
 * @param bytes how large it is with them
 * @param held what memory needs for it with them
 */
record Known(String version, int operations, int appended, long bytes, long held) {
  Known with(Collection<String> more) {
    byte[] all = String.join("", more).getBytes(StandardCharsets.UTF_8);
    return new Known(
        version,
        operations + more.size(),
        appended + more.size(),
        bytes + all.length,
        held + JsonText.held(all));
  }
}
