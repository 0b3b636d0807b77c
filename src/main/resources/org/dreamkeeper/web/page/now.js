// Now: does it dream, and if not, why not?

import { act } from './act.js';
import { button, card, facts, h, many, span, table, time } from './dom.js';

const RECENT_MS = 3600000;

const GATES = {
  hours: 'Time since the last dream',
  curations: 'Changes since the last dream',
  tasks: 'Agent is idle',
  failures: 'Earlier dreams succeeded',
  lock: 'Nobody else dreams',
  state: 'State can be read',
};

const hours = count => span(count * 3600000);

/** Says in plain words by what a gate was judged. */
function figures({ gate, figures: is, reason }, now) {
  switch (gate) {
    case 'hours': return [
      is.lastDreamAt === undefined ? 'No dream so far' : ['The last dream ended ', time(is.lastDreamAt, now)],
      `; ${hours(is.minHours)} must lie between two`,
      is.ignored !== undefined && ['; a time in the future is ignored: ', time(is.ignored, now)],
    ];
    case 'curations': return [
      is.curations === undefined ? 'Not known' : `${is.curations.toLocaleString('en')} of the ${is.minCurations} that it takes`,
      is.queuedSummaries > 0 && `; ${many(is.queuedSummaries, 'summary is', 'summaries are')} queued, and one is enough`,
    ];
    case 'tasks': return is.pendingTasks ? `${many(is.pendingTasks, 'task')} pending` : 'No tasks pending';
    case 'failures': return is.failures ? [
      `${many(is.failures, 'dream')} failed in a row`,
      is.lastFailedAt !== undefined && [', the last ', time(is.lastFailedAt, now)],
      is.pauseMs > 0 && `; then ${span(is.pauseMs)} of pause`,
    ] : 'The last dream did not fail';
    case 'lock': return !is.holder ? 'The lock is free'
      : [holder(is.holder), is.holder.expired ? ' has run out of time' : ' holds the lock',
        is.waiting > 0 && `; ${many(is.waiting, 'waits', 'wait')}`];
    case 'state': return is.degraded ? `Its file is ${is.degraded}${is.detail ? ': ' + is.detail : ''}` : 'Its file is sound';
    default: return reason ?? '';
  }
}

const holder = is => (is.owner ? `“${is.owner}”` : is.foreign ? 'Another program' : 'A worker') + ` (PID ${is.pid})`;

const opens = (at, now) => at === undefined ? null : [' opens ', time(at, now)];

function meter({ gate, figures: is }) {
  const [value, max, unit] = gate === 'hours' ? [is.hours, is.minHours, 'hours']
    : gate === 'curations' ? [is.curations, is.minCurations, 'changes'] : [];
  return value !== undefined && max > 0
    && h('progress', { value: Math.min(value, max), max, 'aria-label': `${Math.floor(value * 10) / 10} of ${max} ${unit}` });
}

/** What keeps it from dreaming, the gravest first: title, what it is, what to do, until when. */
export function causes(is, now) {
  const found = [];
  const add = (tone, title, text, advice, until) => found.push({ tone, title, text, advice, until });
  if (!is.store.claimed) add('bad', 'Its host serves it no longer', is.store.lost, 'Restart the host.');
  if (is.store.silentSince !== undefined) {
    const stalled = Object.keys(is.actors).filter(name => is.actors[name].stalled);
    add('bad', 'Its storage does not answer', ['It owes an answer since ', time(is.store.silentSince, now),
      stalled.length > 0 && `; refused meanwhile: ${stalled.join(', ')}`],
    'Look at the disk. What waits goes on when it answers.');
  }
  for (const [actor, { lastFailure: failure }] of Object.entries(is.actors)) {
    if (failure?.reason.startsWith('STORAGE_FAILED') && failure.at > is.now - RECENT_MS) {
      add('bad', 'Its storage refused something', [`${actor} ${failure.action}, `, time(failure.at, now), `: ${failure.reason}`],
        'If the next request succeeds, it is over.');
    }
  }
  for (const gate of is.gates.all) if (!gate.open) add(...closed(gate, now), gate.nextEligibleAt);
  const skip = is.lastSkip;
  if (skip && skip.at >= is.lastAskedAt && is.gates.all.every(gate => gate.open || gate.gate !== skip.gate)) {
    add('wait', 'The last worker that asked was told to wait', [skip.reason, '; that was ', time(skip.at, now)], null, skip.nextEligibleAt);
  }
  if (!is.lastAskedAt) {
    add('wait', 'Nobody asks to dream', ['No worker has asked since it began to serve, ', time(is.startedAt, now)],
      'Deploy a worker that does: run and schedule ask by themselves.');
  }
  return found;
}

function closed(gate, now) {
  const text = figures(gate, now);
  switch (gate.gate) {
    case 'hours': return ['wait', 'It dreamt not long ago', text, null];
    case 'curations': return ['wait', 'Little has changed since the last dream', text, null];
    case 'tasks': return ['wait', 'The agent is busy', text, null];
    case 'failures': return ['bad', 'It pauses, as dreams have failed', text, 'Look at what failed, under Dreams. A run with force passes.'];
    case 'lock': return gate.figures.holder?.foreign
      ? ['wait', 'Another program holds the lock', text, 'If it does not dream, take the lock away.']
      : ['busy', 'A dream is under way', text, null];
    case 'state': return ['bad', 'The state cannot be read', text,
      gate.figures.degraded === 'newer' ? 'Serve it with the version that wrote it.' : 'Mend the file, or what keeps it from being read.'];
    default: return ['wait', `The gate ${gate.gate} is closed`, gate.reason, null];
  }
}

/** Says in one line how a project is. */
export function verdict(is, now) {
  const found = causes(is, now);
  const by = tone => found.find(one => one.tone === tone);
  return by('bad') ?? by('busy') ?? found[0] ?? { tone: 'ok', title: 'Ready to dream',
    text: ['All gates are open: it is a worker’s turn, which last asked ', time(is.lastAskedAt, now), is.log.undone > 0 && '. A schedule rests after an undo'] };
}

export function now(app) {
  let form = null;
  const lockAct = act(app, () => (form = null));

  /** Asks for a reason, then does it. */
  function confirm(action, title, text, verb, who) {
    return h('form.confirm', { 'data-key': action, onsubmit: event => {
      event.preventDefault();
      lockAct.run('admin', action, { ...who, reason: document.getElementById('reason').value.trim() }, said(action));
    } }, h('h3', title), h('p', text),
    h('label', { for: 'reason' }, 'Reason'),
    h('input', { id: 'reason', required: true, maxlength: 256, pattern: '.*\\S.*', autocomplete: 'off' }),
    h('p.buttons', h(action === 'evict' ? 'button.danger' : 'button.main', { type: 'submit', disabled: lockAct.busy }, verb),
      button('Leave it', () => show(null))));
  }

  const said = action => told => action === 'cancel'
    ? ['It is asked to stop, and hears of it at its next renewal; else its lease ends ', time(told.expiresAt, app.now()), '.']
    : ['The lock is free; ', told.completed ? 'the dream had completed, and counts.' : 'that dream does not count.'];

  function show(which) {
    form = which;
    lockAct.clear();
    app.draw();
    if (which) document.getElementById('reason').focus();
  }

  function lock(is, at) {
    const { held, holder: by, token, left } = is.lock;
    const who = token === undefined ? { pid: by?.pid } : { token };
    return card('Lock',
      !held && h('p', left ? `Process ${left.pid} has left it held, and is ${left.why}; whoever asks next gets it.`
        : 'Free.'),
      facts([
        held && ['Holder', holder(by), by.foreign && ', not one of this service'],
        held && ['Since', time(by.acquiredAt, at)],
        is.lock.renewedAt !== undefined && held && ['Sign of life', time(is.lock.renewedAt, at)],
        held && ['Lease', by.expired ? 'ran out ' : 'ends at the latest ', time(by.expiresAt, at)],
        is.lock.logId && ['Dream', h('a', { href: app.link('dreams', is.lock.logId) }, is.lock.logId)],
        token !== undefined && ['Token', String(token)],
        is.lock.waiting > 0 && ['In line', String(is.lock.waiting)],
        ['Last completed', is.lock.lastCompletedAt ? time(is.lock.lastCompletedAt, at) : 'never'],
      ]),
      held && !app.readOnly && !form && h('p.buttons',
        token !== undefined && button('Ask it to stop…', () => show('cancel')),
        button('Take the lock away…', () => show('evict'))),
      held && form === 'cancel' && confirm('cancel', 'Ask the dream to stop',
        'It hears of it at its next renewal, and ends by itself.', 'Ask it to stop', who),
      held && form === 'evict' && confirm('evict', 'Take the lock away',
        'From then on it can neither renew nor write. What it did so far stays.', 'Take the lock away', who),
      lockAct.outcome());
  }

  const stall = (actor, is, at) => !actor.stalled ? 'answers'
    : ['stalled since ', time(is.now - actor.oldestMs, at)];

  return {
    title: 'Now',
    draw() {
      const is = app.overview();
      const at = app.now();
      const all = causes(is, at);
      const first = verdict(is, at);
      const rest = all.filter(cause => cause.title !== first.title || cause.tone !== first.tone);
      return [
        h('section.verdict.' + first.tone, { 'aria-label': 'Why nothing dreams' },
          h('h2', first.title),
          h('p', first.text, opens(first.until, at) && [' · the gate', opens(first.until, at)]),
          first.advice && h('p.muted', first.advice),
          rest.length > 0 && h('ul', rest.map(cause => h('li', h('b', cause.title), ': ', cause.text, cause.advice && `. ${cause.advice}`)))),
        card('Gates', table('Whether a dream may begin', ['Gate', 'Figures', 'Now'], is.gates.all.map(gate => ({
          key: gate.gate,
          tone: gate.open ? 'open' : 'closed',
          cells: [GATES[gate.gate] ?? gate.gate, [h('span', figures(gate, at)), meter(gate)],
            gate.open ? h('span.mark.ok', 'open') : [h('span.mark.wait', 'closed'), h('span.muted', opens(gate.nextEligibleAt, at))]],
        })))),
        h('div.columns', lock(is, at), card('State', facts([
          ['Dreams so far', is.state.totalDreams.toLocaleString('en')],
          ['Last dream', is.state.lastDreamAt === undefined ? 'none' : time(is.state.lastDreamAt, at),
            is.state.lastDreamLogId && [', ', h('a', { href: app.link('dreams', is.state.lastDreamLogId) }, is.state.lastDreamLogId)]],
          ['Changes since', is.state.curationsSinceDream.toLocaleString('en')],
          ['Merges pending', is.state.pendingMerges.toLocaleString('en')],
          ['Summaries queued', is.state.staleSummaryPaths.toLocaleString('en')],
          is.state.undoing && ['Being undone', h('a', { href: app.link('dreams', is.state.undoing) }, is.state.undoing)],
          is.state.degraded && ['File', h('span.mark.bad', is.state.degraded), is.state.detail && ` ${is.state.detail}`],
          ['Log', Object.entries(is.log).filter(([, count]) => count).map(([status, count], n) => `${n ? ', ' : ''}${count.toLocaleString('en')} ${status}`),
            Object.values(is.log).every(count => !count) && 'empty'],
        ]))),
        card('Queues', table('What waits for each actor', ['Actor', 'Waiting', 'Oldest', 'Storage', 'Last failure'],
          Object.entries(is.actors).map(([name, actor]) => ({
            key: name,
            tone: actor.stalled ? 'bad' : null,
            cells: [name, String(actor.queued), actor.queued ? span(actor.oldestMs) : '–', stall(actor, is, at),
              actor.lastFailure ? [time(actor.lastFailure.at, at), ` ${actor.lastFailure.action}: ${actor.lastFailure.reason}`] : '–'],
          })))),
        h('div.columns', card('Asking', facts([
          ['A worker asked', is.lastAskedAt ? time(is.lastAskedAt, at) : 'never since the start'],
          is.lastSkip && ['Last told to wait', time(is.lastSkip.at, at), `: ${is.lastSkip.reason}`],
          is.lastSkip?.count > 1 && ['In a row', `${is.lastSkip.count.toLocaleString('en')} times, since `, time(is.lastSkip.since, at)],
        ])), card('Store', facts([
          ['Place', is.store.place],
          ['Claim', is.store.claimed ? h('span.mark.ok', 'stands') : [h('span.mark.bad', 'lost'), ` ${is.store.lost}`]],
          is.store.silentSince !== undefined && ['Silent since', time(is.store.silentSince, at)],
          ['Served', 'since ', time(is.startedAt, at)],
          ['Epoch', String(is.epoch)],
          ['Instance', is.instance],
        ]))),
      ];
    },
  };
}
