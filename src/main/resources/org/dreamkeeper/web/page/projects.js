// All projects, the worst first.

import { Refused } from './api.js';
import { h, many, table, time } from './dom.js';
import { verdict } from './now.js';

const WORST = ['bad', 'wait', 'busy', 'ok'];
const AT_ONCE = 6;

export function all(app) {
  let rows = [];

  async function look(prefix) {
    try {
      const is = await app.askOf(prefix, 'overview');
      return { prefix, is, said: verdict(is, is.now) };
    } catch (failure) {
      if (!(failure instanceof Refused) || failure.status === 401) throw failure;
      return { prefix, said: { tone: 'bad', title: 'Not served', text: failure.message } };
    }
  }

  return {
    title: 'Projects',
    async load() {
      const found = [];
      const names = app.names();
      for (let at = 0; at < names.length; at += AT_ONCE) {
        found.push(...await Promise.all(names.slice(at, at + AT_ONCE).map(look)));
      }
      rows = found.sort((one, other) => WORST.indexOf(one.said.tone) - WORST.indexOf(other.said.tone)
        || one.prefix.localeCompare(other.prefix));
    },
    draw() {
      const bad = rows.filter(row => row.said.tone === 'bad').length;
      return [
        h('p.muted', `${many(rows.length, 'project')}, the worst first; `
          + (bad ? `${many(bad, 'has', 'have')} trouble.` : 'none has trouble.')),
        table('All projects', ['Project', 'How it is', 'Last dream', 'Dreams'], rows.map(({ prefix, is, said }) => ({
          key: prefix,
          cells: [h('a', { href: '#/' + ['p', prefix, 'now'].map(encodeURIComponent).join('/') }, prefix),
            [h('span.mark.' + said.tone, said.title), h('span.muted', ' ', said.text)],
            is?.state.lastDreamAt === undefined ? '–' : time(is.state.lastDreamAt, is.now),
            is ? is.state.totalDreams.toLocaleString('en') : '–'],
        }))),
      ];
    },
  };
}
