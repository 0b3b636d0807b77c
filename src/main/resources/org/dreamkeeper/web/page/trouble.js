// Trouble: what is not as it should be, and what was not.

import { act } from './act.js';
import { button, card, h, table, time } from './dom.js';
import { causes } from './now.js';

const EVENTS = 1000;
const KEPT = 100;

const KINDS = {
  claim: 'The claim',
  abandoned: 'A temporary file that nobody will finish',
  'state-set-aside': 'A state that was set aside',
  'unreadable-entry': 'A file in the log that is no entry',
};

const who = is => `${is.owner ? `“${is.owner}”` : is.foreign ? 'another program' : 'a worker'} (PID ${is.pid})`;

/** Says in plain words what has happened; nothing of what is no trouble. */
const TOLD = {
  'lock.takenOver': is => `The lock was taken from ${who(is.from)}: ${is.why}${is.reason ? `, ${is.reason}` : ''}`,
  'lock.lost': is => `Process ${is.pid} overwrote the lock of a dream that ran`,
  'log.interrupted': is => `${is.id} was left in the middle, and ended as failed`,
  'log.unreadable': is => `${is.id} cannot be read: ${is.reason}`,
  'state.quarantined': is => `The state was corrupt, and is set aside as ${is.file}; lost: ${is.dropped.join(', ') || 'nothing'}`,
  'storage.failed': is => `The storage of ${is.actor} refused something: ${is.reason}`,
  'storage.recovered': is => `The storage of ${is.actor} works again`,
};

export function trouble(app) {
  let findings, events = [], cursor, gap = false;
  const mending = act(app);
  const spared = new Set();

  /** Reads on from where it was; only what tells of trouble is kept. */
  async function readEvents() {
    for (let more = true; more;) {
      const after = cursor;
      const page = await app.ask('admin', 'events', { limit: EVENTS, after });
      // Somebody who began at the same place was faster.
      if (after !== cursor) continue;
      gap ||= page.gap === true;
      cursor = page.cursor;
      events = [...page.events.filter(event => TOLD[event.type]).reverse(), ...events].slice(0, KEPT);
      more = page.events.length === EVENTS;
    }
  }

  function putBack(is) {
    const of = field => `${is.place}/${field}`;
    const wanted = is.fields.filter(field => !spared.has(of(field)));
    return h('form', { onsubmit: event => {
      event.preventDefault();
      mending.run('admin', 'putBack', { file: is.place, fields: wanted }, () => `The state has ${wanted.join(', ')} again.`);
    } }, h('fieldset', h('legend', 'Fields that the state is without'), is.fields.map(field => h('label', h('input', {
      type: 'checkbox',
      checked: !spared.has(of(field)),
      onchange: ({ target }) => {
        spared[target.checked ? 'delete' : 'add'](of(field));
        app.draw();
      },
    }), ` ${field}`))),
    h('p.buttons', h('button', { type: 'submit', disabled: mending.busy || wanted.length === 0 }, 'Put back')));
  }

  const finding = is => h('li.card', { 'data-key': is.place },
    h('h3', h('code', is.place)), h('p', KINDS[is.kind] ?? is.kind, is.repair !== 'putBack' && `: ${is.detail}`),
    is.repair === 'remove' && h('p.muted', './run.sh doctor --fix removes it.'),
    !app.readOnly && is.repair === 'setAside' && h('p.buttons', button('Set aside',
      () => mending.run('admin', 'setAside', { id: is.id }, told => ['It is out of the log now, as ', h('code', told.file), '.']),
      { disabled: mending.busy, 'aria-label': `Set ${is.id} aside` })),
    !app.readOnly && is.repair === 'putBack' && putBack(is));

  return {
    title: 'Trouble',
    async load() {
      ({ findings } = await app.ask('admin', 'inspect'));
      // What was set aside is no trouble, unless the state lacks something of it.
      findings = findings.filter(is => is.repair || !is.kind.endsWith('-set-aside'));
      await readEvents();
    },
    draw() {
      const at = app.now();
      const is = app.overview();
      const bad = causes(is, at).filter(cause => cause.tone === 'bad');
      return [
        bad.map(cause => h('section.verdict.bad', { 'aria-label': cause.title, 'data-key': cause.title },
          h('h2', cause.title), h('p', cause.text), cause.advice && h('p.muted', cause.advice))),
        is.state.degraded && h('p', `The file of the state is ${is.state.degraded}`, is.state.detail && `: ${is.state.detail}`, '.'),
        is.state.undoing && h('p', 'An undo is not finished: ', h('a', { href: app.link('dreams', is.state.undoing) }, is.state.undoing), '. The next dream finishes it.'),
        mending.outcome(),
        card('To be looked at', !findings ? null : findings.length === 0 ? h('p', 'Nothing: all that is kept is as it should be.')
          : h('ul.findings', findings.map(finding))),
        card('What happened', events.length === 0 ? h('p', 'No trouble has been told of.')
          : table('Trouble of the past, the newest first', ['When', 'What'], events.map(event => ({
            cells: [time(event.at, at), TOLD[event.type](event)],
          }))),
        gap && h('p.muted', 'The host was killed once, or old events are gone: something may be missing.')),
      ];
    },
  };
}
