// Something that is done to a project, and what became of it.

import { Away, Refused } from './api.js';
import { alert, h } from './dom.js';

/** Does one thing at a time; after it was done, `done` is called, and all is looked at anew. */
export function act(app, done = () => {}) {
  let told = null;
  const is = {
    busy: false,
    async run(actor, action, body, say, patience) {
      if (is.busy) return undefined;
      is.busy = true;
      told = null;
      app.draw();
      try {
        const reply = await app.ask(actor, action, body, patience);
        told = h('p.done', { role: 'status' }, say(reply));
        done(reply);
        return reply;
      } catch (failure) {
        if (!(failure instanceof Refused || failure instanceof Away)) throw failure;
        told = alert(failure instanceof Away
          ? `It is not known whether it was done: ${failure.message}.`
          : `Not done: ${failure.message}`);
        return undefined;
      } finally {
        is.busy = false;
        app.draw();
        app.look();
      }
    },
    clear: () => (told = null),
    outcome: () => told?.cloneNode(true),
  };
  return is;
}
