// Dreams: what it did, the newest first.

import { brief, button, clock, h, many, span, time } from './dom.js';

const PAGE = 20;
const DAY = { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' };

export const STATUS = {
  processing: ['busy', 'running'],
  completed: ['ok', 'completed'],
  partial: ['wait', 'cut short'],
  error: ['bad', 'failed'],
  undone: ['muted', 'undone'],
};

export const status = is => {
  const [tone, text] = STATUS[is.status] ?? ['muted', is.status];
  return h('span.mark.' + tone, text);
};

/** Says in a few words what a dream did. */
export function sum({ summary: is }) {
  const parts = [
    is.consolidated && `${is.consolidated} consolidated`,
    is.synthesized && `${is.synthesized} synthesized`,
    is.pruned && `${is.pruned} pruned`,
    is.flaggedForReview && `${is.flaggedForReview} for review`,
    is.errors && many(is.errors, 'error'),
  ].filter(Boolean);
  return parts.length ? parts.join(', ') : 'Nothing changed';
}

export const TRIGGERS = { 'agent-idle': 'as the agent was idle', manual: 'by hand', cli: 'from the command line' };

// Where somebody was, by project: who comes back from a dream finds the same page.
const places = new Map();

export function dreams(app) {
  const pages = places.get(app.prefix) ?? [undefined];
  places.set(app.prefix, pages);
  let page = null;

  let moving = false;

  async function go(change) {
    if (moving) return;
    moving = true;
    change();
    await app.look();
    moving = false;
    document.querySelector('main h1')?.focus();
    scrollTo(0, 0);
  }

  const day = ms => isNaN(new Date(ms)) ? String(ms) : new Date(ms).toLocaleDateString('en-GB', DAY);

  function entry(is, at) {
    return h('li', { 'data-key': is.id, class: STATUS[is.status]?.[0] },
      h('p.what', h('a', { href: app.link('dreams', is.id) }, sum(is)), ' ', status(is)),
      h('p.muted', time(is.startedAt, at, clock(is.startedAt).slice(0, 5)), ' · ', time(is.startedAt, at), ` · ${TRIGGERS[is.trigger] ?? is.trigger}`,
        is.completedAt >= is.startedAt && ` · took ${span(is.completedAt - is.startedAt)}`,
        is.undoneOperations?.length > 0 && ` · ${many(is.undoneOperations.length, 'operation')} taken back`,
        ` · ${is.id}`),
      (is.error ?? is.abortReason) && h('p.reason', brief(is.error ?? is.abortReason)));
  }

  return {
    title: 'Dreams',
    async load() {
      const cursor = pages.at(-1);
      const read = await app.ask('log', 'list', { limit: PAGE, brief: true, cursor });
      if (cursor === pages.at(-1)) page = read;
    },
    draw() {
      if (!page) return [];
      const at = app.now();
      const days = [...new Set(page.entries.map(is => day(is.startedAt)))];
      return [
        page.entries.length === 0 && h('p.empty', 'Nothing has been dreamt yet.'),
        days.map(date => h('section.day', { 'aria-label': date, 'data-key': date }, h('h2', date),
          h('ol.timeline', page.entries.filter(is => day(is.startedAt) === date).map(is => entry(is, at))))),
        page.unreadable > 0 && h('p.muted', `${many(page.unreadable, 'file')} in the log cannot be read: see `,
          h('a', { href: app.link('trouble') }, 'Trouble'), '.'),
        h('nav.buttons', { 'aria-label': 'Pages' },
          button('← Newer', () => go(() => pages.pop()), { disabled: pages.length === 1 }),
          button('Older →', () => go(() => pages.push(page.cursor)), { disabled: !page.cursor }),
          h('span.muted', `Page ${pages.length}`)),
      ];
    },
  };
}
