// The frame: who is asked, what is shown, and whether that is how it is.

import { Away, Refused, Stream, ask, login, projects } from './api.js';
import { link, route, tokenInAddress } from './address.js';
import { door } from './door.js';
import { alert, clock, h, heading, morph, shown } from './dom.js';
import { dream } from './dream.js';
import { dreams } from './dreams.js';
import { now } from './now.js';
import { all } from './projects.js';
import { trouble } from './trouble.js';

const SCREENS = { now, dreams, trouble };
const TITLES = { now: 'Now', dreams: 'Dreams', trouble: 'Trouble' };
const POLL_MS = 3000;
const AWAY_MS = 2000;
const GATHER_MS = 100;
const BREATH_MS = 1000;

const app = { names: [], readOnly: false, route: null, screen: null, overview: null, away: false };
let stream, timer, gathering, looking, lookedAt = 0, turn = 0;
let answeredAt = Date.now(), skew = 0, loggedOut = false, wrong = '', problem = '';

/** What a screen is given: it draws what it has, and loads what else it needs. */
function context(at) {
  return {
    ...at,
    names: () => app.names,
    readOnly: app.readOnly,
    link: (...rest) => link(at.prefix, ...rest),
    ask: (actor, action, body, patience) => ask(at.prefix, actor, action, body, patience),
    askOf: (prefix, action) => ask(prefix, 'admin', action),
    overview: () => app.overview,
    now: () => Date.now() + skew,
    draw,
    look: () => look(true),
  };
}

function header() {
  const { prefix, screen } = app.route ?? {};
  const several = app.names.length > 1;
  return h('header', { id: 'header' },
    h('a.skip', { href: '#main', onclick: skip }, 'Skip to the content'),
    h('p.brand', h('a', { href: '#/' }, h('img', { src: 'icon.svg', alt: '' }), 'Dreamkeeper')),
    prefix && h('p.project', several ? h('a', { href: '#/', title: 'All projects' }, prefix) : prefix),
    prefix && !loggedOut && h('nav', { 'aria-label': 'Screens' }, Object.keys(SCREENS).map(name =>
      h('a', { href: link(prefix, name), 'aria-current': name === screen ? 'page' : null },
        TITLES[name], name === 'trouble' && troubles() > 0 && h('span.count', ` ${troubles()}`)))),
    h('p', { id: 'status', role: 'status', class: `status ${loggedOut ? '' : app.away ? 'bad' : 'ok'}` }, status()));
}

function troubles() {
  const is = app.overview;
  return is ? is.unreadable + is.quarantined + (is.store.claimed ? 0 : 1) + (is.store.silentSince ? 1 : 0)
    + (is.state.degraded ? 1 : 0) : 0;
}

function status() {
  if (loggedOut) return 'Not logged in';
  if (app.away) return `No answer since ${clock(answeredAt)}`;
  return (app.readOnly ? 'Read only · ' : '')
    + (stream?.live ? 'Live' : `Every ${POLL_MS / 1000} s`);
}

function skip(event) {
  event.preventDefault();
  focusHeading();
}

function focusHeading() {
  document.querySelector('main h1')?.focus();
}

function draw() {
  morph(document.getElementById('header'), header());
  const main = h('main', { id: 'main', class: app.away ? 'away' : null, 'data-key': key() });
  if (loggedOut) main.append(door(wrong, logIn));
  else if (app.screen) {
    const content = app.route.prefix && !app.overview ? [] : app.screen.draw();
    main.append(heading(app.screen.title), ...(problem ? [alert(problem)] : []),
      ...[content].flat(Infinity).filter(Boolean));
  } else main.append(h('p.muted', problem || 'Loading…'));
  morph(document.getElementById('main'), main);
}

const key = () => loggedOut ? 'door' : JSON.stringify(app.route);

async function logIn(token) {
  wrong = '';
  try {
    await login(token);
    loggedOut = false;
  } catch (failure) {
    loggedOut = true;
    wrong = failure instanceof Refused
      ? 'This is not the token of this host; the newest link has it.' : failure.message;
  }
  await start();
}

function failed(failure) {
  if (failure instanceof Refused && failure.status === 401) {
    loggedOut = true;
    stream?.close();
    stream = null;
  } else if (failure instanceof Away || failure.code === 'NOT_SERVING' || failure.status === 404) {
    app.away = true;
    problem = app.screen ? '' : failure.message;
  } else if (failure instanceof Refused) {
    problem = `This could not be read: ${failure.message}`;
  } else {
    problem = `This page has a bug: ${failure}`;
    console.error(failure);
  }
  draw();
}

async function names() {
  const told = await projects();
  app.names = told.projects;
  app.readOnly = told.readOnly === true;
}

/** Asks which projects there are, and shows what the address says. */
async function start() {
  if (!loggedOut) {
    try {
      await names();
      answered();
    } catch (failure) {
      failed(failure);
    }
  }
  if (!loggedOut && app.names.length) return show(false);
  if (!loggedOut && !app.away) problem ||= 'No project is served.';
  draw();
  return plan();
}

function answered() {
  answeredAt = Date.now();
  app.away = false;
}

function show(moved) {
  const at = route(app.names, Object.keys(SCREENS));
  const changed = app.route?.prefix !== at.prefix;
  if (changed) {
    app.overview = null;
    stream?.close();
    stream = null;
  }
  app.route = at;
  app.screen = null;
  problem = '';
  draw();
  const made = at.prefix ? (at.screen === 'dreams' && at.id ? dream : SCREENS[at.screen]) : all;
  const screen = made(context(at));
  document.title = [screen.title, at.prefix, 'Dreamkeeper'].filter(Boolean).map(shown).join(' · ');
  look(true, screen).then(() => moved && focusHeading());
}

/** Looks how it is now; only the newest look counts. */
const look = (whole, screen = app.screen) => (looking = lookNow(whole, screen));

/** Looks at the figures always, at all else that the screen shows where something has happened. */
async function lookNow(whole, screen) {
  const mine = ++turn;
  const { prefix } = app.route;
  clearTimeout(timer);
  lookedAt = Date.now();
  try {
    const again = whole || app.away || problem || !prefix;
    const is = prefix ? await ask(prefix, 'admin', 'overview') : await names();
    if (mine !== turn) return;
    const was = app.overview;
    app.overview = prefix && is;
    if (prefix) skew = is.now - Date.now();
    if (was && was.instance !== is.instance) return start();
    if (again || !same(was, is)) await screen.load?.();
    if (mine !== turn) return;
    problem = '';
    answered();
    app.screen = screen;
    draw();
  } catch (failure) {
    if (mine !== turn) return;
    if (failure instanceof Refused) app.screen = screen;
    failed(failure);
  } finally {
    if (mine === turn) plan();
  }
}

const same = (one, other) =>
  ['log', 'state', 'lock', 'unreadable', 'quarantined'].every(part => JSON.stringify(one?.[part]) === JSON.stringify(other[part]));

/** Looks again soon; nobody looks at a page that is hidden. */
function plan() {
  clearTimeout(timer);
  if (document.hidden) return;
  const known = app.route && !loggedOut;
  if (known && app.route.prefix && (!stream || stream.dead)) {
    stream?.close();
    stream = new Stream(app.route.prefix, happened);
  }
  if (!loggedOut) {
    timer = setTimeout(() => (app.screen ? look(false) : start()), app.away ? AWAY_MS : POLL_MS);
  }
}

/** Something has happened; more may follow at once. */
function happened() {
  gathering ??= setTimeout(async () => {
    await looking;
    gathering = null;
    if (app.screen && !document.hidden) look(true);
  }, Math.max(GATHER_MS, lookedAt + BREATH_MS - Date.now()));
}

document.addEventListener('visibilitychange', () => {
  if (!document.hidden) return app.screen ? look(true) : start();
  clearTimeout(timer);
  stream?.close();
  stream = null;
});

addEventListener('hashchange', () => {
  const token = tokenInAddress();
  if (token !== null) logIn(token);
  else if (!loggedOut && app.names.length) show(true);
});

draw();
const token = tokenInAddress();
if (token === null) start();
else logIn(token);
