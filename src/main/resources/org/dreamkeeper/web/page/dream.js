// One dream: what it did, and how that is taken back.

import { act } from './act.js';
import { Refused } from './api.js';
import { alert, brief, button, card, facts, h, lines, many, span, table, time } from './dom.js';
import { TRIGGERS, status, sum } from './dreams.js';

const OPERATIONS = 50;
const LINES = 2000;
const CHARACTERS = 50000;
const NAMES = 20;
const UNDO_MS = 300000;

const file = name => h('code', name);
const files = names => [names.slice(0, NAMES).map((name, at) => [at > 0 && ', ', file(name)]),
  names.length > NAMES && `, and ${names.length - NAMES} more`];

/** Says in plain words what an operation did. */
function deed(is) {
  switch (`${is.type} ${is.action}`) {
    case 'CONSOLIDATE MERGE': return ['Merged ', files(is.inputFiles), is.outputFile && [' into ', file(is.outputFile)]];
    case 'CONSOLIDATE TEMPORAL_UPDATE': return ['Brought up to date ', files(is.outputFile ? [is.outputFile] : is.inputFiles)];
    case 'CONSOLIDATE CROSS_REFERENCE': return ['Linked ', files(is.inputFiles)];
    case 'SYNTHESIZE CREATE':
    case 'SYNTHESIZE UPDATE': return [is.action === 'CREATE' ? 'Wrote ' : 'Rewrote ', file(is.outputFile), is.sources.length > 0 && [' from ', files(is.sources)]];
    case 'PRUNE ARCHIVE': return ['Archived ', file(is.file), is.archivedTo && [' as ', file(is.archivedTo)]];
    case 'PRUNE KEEP': return ['Kept ', file(is.file), ' after a look'];
    case 'PRUNE SUGGEST_MERGE': return ['Suggested to merge ', file(is.file), is.mergeTarget && [' into ', file(is.mergeTarget)]];
    default: return `${is.type} ${is.action}`;
  }
}

const LEFT = {
  unchanged: 'as the dream left it',
  changed: 'changed since the dream',
  gone: 'gone since the dream',
  unknown: 'whether it was changed since is not known',
};

const STEPS = { restore: 'The old text is put back', delete: 'It is deleted', moveBack: 'It is moved back', none: 'Nothing: it is as before' };

function step({ step: name, then, from, reason }) {
  const text = {
    conflict: ['Left alone: it is not as the dream left it', reason && ` (${reason})`],
    unverified: [STEPS[then], '; whether it was changed since is not known'],
    impossible: ['Cannot be put back', reason ? `: ${reason}` : ': its text was not recorded'],
  }[name] ?? STEPS[name];
  return [text, from && [', from ', file(from)]];
}

const MARKS = { ' ': 'span', '-': 'del', '+': 'ins' };

function hunks(is) {
  const all = is.hunks.flatMap(hunk => [['span.at',
    `@@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@`],
  ...hunk.lines.map(text => [MARKS[text[0]] ?? 'span', text])]);
  return h('pre.diff', all.slice(0, LINES).map(([tag, text]) => h(tag, lines(brief(text, CHARACTERS)))),
    all.length > LINES && `… and ${many(all.length - LINES, 'line')} more`);
}

/** One of two texts that are not compared, as far as a page bears it. */
const whole = (name, text) => {
  const title = `${name}, ${many(text.length, 'character')}`
    + (text.length > CHARACTERS ? `; the first ${CHARACTERS.toLocaleString('en')}:` : ':');
  return [h('p', title), h('pre.diff.whole', { tabindex: 0, role: 'region', 'aria-label': title }, lines(brief(text, CHARACTERS)))];
};

const diff = ({ files: all }) => all.length === 0 ? h('p.muted', 'It changed no text.') : all.map(is =>
  h('div.file', { 'data-key': is.path },
    h('p', file(is.path), is.movedTo && [' → ', file(is.movedTo)], h('span.muted', ` · ${LEFT[is.state] ?? is.state}`)),
    is.reason && h('p.muted', is.reason),
    is.hunks ? hunks(is) : is.before !== undefined && [h('p.muted', 'Not compared line by line.'),
      whole('Before', is.before), whole('After', is.after)]));

export function dream(app) {
  let entry, undo = null, shownTo = OPERATIONS;
  const diffs = new Map();
  const taking = act(app);

  async function show(at) {
    if (diffs.delete(at)) return app.draw();
    diffs.set(at, h('p.muted', 'Loading…'));
    app.draw();
    try {
      diffs.set(at, diff(await app.ask('admin', 'diff', { id: app.id, operation: at })));
    } catch (failure) {
      diffs.set(at, alert(failure.message));
    }
    app.draw();
  }

  const body = () => ({
    id: app.id,
    ...(undo.operations && { operations: undo.operations }),
    ...(undo.force.size > 0 && { force: [...undo.force] }),
  });

  function focusUndo() {
    document.getElementById('c-undo')?.focus();
  }

  /** Asks for a plan; what was typed for another one counts no more. */
  async function plan(operations, force = new Set()) {
    undo = { operations, force, plan: null, typed: '' };
    taking.clear();
    const mine = undo;
    app.draw();
    try {
      mine.plan = await app.ask('admin', 'undo', { ...body(), dryRun: true });
    } catch (failure) {
      mine.problem = failure.message;
    }
    app.draw();
    focusUndo();
  }

  async function carryOut(event) {
    event.preventDefault();
    if (undo.typed !== app.id) return;
    const result = await taking.run('admin', 'undo', { ...body(), plan: undo.plan.plan, timeoutMs: UNDO_MS }, outcome, UNDO_MS + 30000);
    if (result) undo = { ...undo, plan: result, done: true };
    diffs.clear();
    app.draw();
    focusUndo();
  }

  function outcome({ status: is, error, files: all }) {
    const left = all.filter(each => ['conflict', 'impossible'].includes(each.step)).length;
    return is === 'completed' ? 'It is taken back.'
      : is === 'partial' ? `It is taken back in part: ${many(left, 'file was', 'files were')} left alone.`
      : `The disk refused something: ${error}. Ask again to finish it.`;
  }

  function force(path, wanted) {
    const paths = new Set(undo.force);
    wanted ? paths.add(path) : paths.delete(path);
    plan(undo.operations, paths);
  }

  function panel() {
    const { operations, plan: is, done, problem } = undo;
    const what = operations ? `operation ${operations.join(', ')}` : 'the whole dream';
    const close = button(done ? 'Close' : 'Leave it', () => {
      undo = null;
      taking.clear();
      app.draw();
      document.querySelector('main h1').focus();
    });
    const forced = each => undo.force.has(each.path);
    return h('section.card.undo', { 'aria-labelledby': 'c-undo', 'data-key': 'undo' },
      h('h2', { id: 'c-undo', tabindex: '-1' }, done ? `Taken back: ${what}` : `Take back ${what}`),
      taking.outcome(),
      problem && alert(problem),
      !is && !problem && h('p.muted', 'Asking what is to be done…'),
      is && table('What becomes of each file', ['File', 'Operation', done ? 'What became of it' : 'What will be done'],
        is.files.map(each => ({
          key: `${each.operation} ${each.path}`,
          tone: ['conflict', 'impossible'].includes(each.step) ? 'bad' : null,
          cells: [file(each.path), String(each.operation), [h('span', step(each)),
            !done && (each.step === 'conflict' && each.then || forced(each)) && h('label.force',
              h('input', { type: 'checkbox', checked: forced(each), onchange: event => force(each.path, event.target.checked) }),
              ' Put it back all the same; what is there now is kept for 30 days')]],
        }))),
      is?.warning && h('p', is.warning),
      is && !done && is.status === 'partial' && h('p', 'What is marked stays as it is; all else is taken back.'),
      is && !done && (app.readOnly ? h('p.muted', 'This page is read only: the plan is shown, and cannot be carried out here.')
        : h('form', { onsubmit: carryOut },
          h('label', { for: 'typed' }, 'To take it back, type ', h('code', app.id)),
          h('input', { id: 'typed', autocomplete: 'off', spellcheck: 'false', oninput: event => {
            undo.typed = event.target.value.trim();
            app.draw();
          } }),
          h('p.buttons', h('button.danger', { type: 'submit', disabled: undo.typed !== app.id || taking.busy }, 'Take it back'), close))),
      (!is || done || app.readOnly) && h('p.buttons', close));
  }

  function operation(is, at) {
    const undone = entry.status === 'undone' || entry.undoneOperations?.includes(at);
    const changes = diffs.get(at);
    const id = `op-${at}`;
    return h('li.card', { 'data-key': id },
      h('h3', { id }, h('span.muted', `${at} · `), deed(is), undone && [' ', h('span.mark.muted', 'taken back')],
        is.needsReview && [' ', h('span.mark.wait', 'for review')]),
      is.reason && h('p', is.reason),
      is.confidence !== undefined && h('p.muted', `Confidence ${is.confidence}`),
      h('p.buttons',
        button(changes ? 'Hide the changes' : 'What it changed', () => show(at), { 'aria-describedby': id, 'aria-expanded': changes ? 'true' : 'false' }),
        !undone && entry.status !== 'processing' && button('Take back…', () => plan([at]), { 'aria-describedby': id })),
      changes && (Array.isArray(changes) ? changes : [changes]).map(node => node.cloneNode(true)));
  }

  return {
    title: app.id,
    async load() {
      entry = await app.ask('log', 'getById', { id: app.id });
    },
    draw() {
      if (entry === undefined) return [];
      if (!entry) return [h('p', 'There is no such dream, or it cannot be read.'), h('p', h('a', { href: app.link('dreams') }, 'All dreams'))];
      const at = app.now();
      const { operations: all } = entry;
      return [
        h('p.lead', status(entry), ` ${sum(entry)}`),
        (entry.error ?? entry.abortReason) && h('p.reason', entry.error ?? entry.abortReason),
        facts([
          ['Began', time(entry.startedAt, at), `, ${TRIGGERS[entry.trigger] ?? entry.trigger}`],
          entry.completedAt !== undefined && ['Ended', time(entry.completedAt, at),
            entry.completedAt >= entry.startedAt && `, after ${span(entry.completedAt - entry.startedAt)}`],
          entry.undoneAt !== undefined && ['Undone', time(entry.undoneAt, at)],
          entry.taskId !== undefined && ['Task', brief(entry.taskId, 2000)],
          entry.lockToken !== undefined && ['Token', String(entry.lockToken)],
        ]),
        !['undone', 'processing'].includes(entry.status) && all.length > 0 && h('p.buttons', button('Take the whole dream back…', () => plan(null))),
        undo && panel(),
        h('h2', many(all.length, 'operation')),
        h('ol.operations', { start: 0 }, all.slice(0, shownTo).map(operation)),
        all.length > shownTo && h('p.buttons', button(`Show ${Math.min(OPERATIONS, all.length - shownTo)} more`, () => {
          shownTo += OPERATIONS;
          app.draw();
        })),
        h('p', h('a', { href: app.link('dreams') }, 'All dreams')),
      ];
    },
  };
}
