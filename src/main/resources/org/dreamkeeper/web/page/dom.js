// Nodes, texts and times. Text from outside only ever becomes a text node or the value of a harmless
// attribute, and is escaped before: nothing here makes nodes from text.

const UNSEEN = /[\p{Cc}\p{Cf}\p{Cn}\p{Cs}\p{Zl}\p{Zp}]/gu;
const SHORT = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

const escaped = found => SHORT[found] ?? Array.from({ length: found.length },
  (_, at) => '\\u' + found.charCodeAt(at).toString(16).padStart(4, '0')).join('');

/** Shows what would be obeyed instead of being shown: control characters, bidi overrides. */
export const shown = text => String(text).replace(UNSEEN, escaped);

/** Cuts a text for places where many stand below each other. */
export const brief = (text, most = 300) => text.length > most ? text.slice(0, most) + '…' : text;

/** Makes an element: h('p.muted', {title}, 'text', node, [more]). Functions become its handlers. */
export function h(name, ...parts) {
  const [tag, ...classes] = name.split('.');
  const node = document.createElement(tag);
  if (classes.length) node.className = classes.join(' ');
  if (parts[0]?.constructor === Object) {
    for (const [key, value] of Object.entries(parts.shift())) {
      if (typeof value === 'function') node[key] = value;
      else if (value !== undefined && value !== null && value !== false) {
        node.setAttribute(key, value === true ? '' : shown(value));
      }
    }
  }
  for (const part of parts.flat(Infinity)) {
    if (part instanceof Node) node.append(part);
    else if (part !== undefined && part !== null && part !== false) node.append(shown(part));
  }
  return node;
}

/** Makes a text that keeps its tabs and lines. */
export const lines = text => document.createTextNode(text.replace(UNSEEN, is => '\t\n'.includes(is) ? is : escaped(is)));

const HANDLERS = ['onclick', 'onsubmit', 'oninput', 'onchange'];
const keyOf = node => node.dataset?.key;
const alike = (one, other) => one.nodeName === other.nodeName && keyOf(one) === keyOf(other);

/** Makes a tree like a fresh one; what has not changed stays, and with it focus and typed text. */
export function morph(old, fresh) {
  if (!alike(old, fresh)) return old.replaceWith(fresh);
  if (old.nodeType === Node.TEXT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return;
  }
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name)) old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  for (const handler of HANDLERS) old[handler] = fresh[handler];
  if (old.type === 'checkbox') old.checked = fresh.checked;
  const kept = new Map([...old.children].filter(keyOf).map(node => [keyOf(node), node]));
  const wanted = new Set([...fresh.children].map(keyOf));
  let at = old.firstChild;
  const drop = () => {
    const gone = at;
    at = at.nextSibling;
    gone.remove();
  };
  for (const next of [...fresh.childNodes]) {
    const key = keyOf(next);
    const match = key ? kept.get(key) : at;
    if (!match || !alike(match, next)) old.insertBefore(next, at);
    else {
      // What is moved loses the focus: so what goes, goes first.
      while (at !== match && at && !(keyOf(at) && wanted.has(keyOf(at)))) drop();
      if (match === at) at = at.nextSibling;
      else old.insertBefore(match, at);
      morph(match, next);
    }
  }
  while (at) drop();
}

const two = number => String(number).padStart(2, '0');

/** Tells a time to the second, as clocks here show it. */
export function exact(ms) {
  const at = new Date(ms);
  if (isNaN(at)) return String(ms);
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${clock(ms)}`;
}

export function clock(ms) {
  const at = new Date(ms);
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

/** Tells how long something takes, by its two largest units. */
export function span(ms) {
  const s = Math.floor(ms / 1000);
  if (s < 1) return `${Math.round(ms)} ms`;
  if (s < 60) return `${s} s`;
  const min = Math.floor(s / 60);
  if (min < 60) return s % 60 && min < 5 ? `${min} min ${s % 60} s` : `${min} min`;
  const hours = Math.floor(min / 60);
  if (hours < 48) return min % 60 ? `${hours} h ${min % 60} min` : `${hours} h`;
  return `${Math.floor(hours / 24)} days`;
}

function relative(ms, now) {
  const ago = now - ms;
  if (ago >= 0 && ago < 5000) return 'just now';
  return ago > 0 ? `${span(ago)} ago` : `in ${span(-ago)}`;
}

/** Tells a time as who looks thinks of it; the exact one is a hover away. */
export function time(ms, now, text) {
  const at = new Date(ms);
  if (isNaN(at)) return h('span', String(ms));
  const title = `${exact(ms)} (${at.toISOString()})`;
  return h('time', { datetime: at.toISOString(), title }, text ?? relative(ms, now));
}

export const many = (count, one, more = one + 's') =>
  `${count.toLocaleString('en')} ${count === 1 ? one : more}`;

/** A list of names and what they are; rows without a value are left out. */
export const facts = rows => h('dl', rows.filter(row => row && row[1] !== undefined && row[1] !== null)
  .map(([name, ...value]) => h('div', h('dt', name), h('dd', value))));

/** A table with a caption for who cannot see it; the first cell of each row is its header. */
export const table = (caption, heads, rows) => h('table', h('caption.hidden', caption),
  h('thead', h('tr', heads.map(head => h('th', { scope: 'col' }, head)))),
  h('tbody', rows.map(({ key, tone, cells }) => h('tr', { 'data-key': key, class: tone },
    cells.map((cell, at) => at ? h('td', { 'data-head': heads[at] }, cell)
      : h('th', { scope: 'row' }, cell))))));

export const card = (title, ...content) => {
  const id = 'c-' + title.toLowerCase().replace(/\W+/g, '-');
  return h('section.card', { 'aria-labelledby': id, 'data-key': id }, h('h2', { id }, title), content);
};

export const button = (text, onclick, more) => h('button', { type: 'button', onclick, ...more }, text);

export const alert = text => h('p.problem', { role: 'alert' }, text);

/** What a screen begins with, and where the focus goes. */
export const heading = text => h('h1', { tabindex: '-1' }, text);
