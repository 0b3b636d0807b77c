// Speaks with the host: questions, and its stream of events.

/** The host has answered, with a no. */
export class Refused extends Error {
  constructor(status, name, message) {
    super(message);
    this.status = status;
    this.code = name;
  }
}

/** Nobody has answered, or somebody else than the host. */
export class Away extends Error {}

const PATIENCE_MS = 15000;

async function answer(path, options, patience = PATIENCE_MS) {
  let response, text;
  try {
    response = await fetch(path, {
      credentials: 'same-origin',
      cache: 'no-store',
      signal: AbortSignal.timeout(patience),
      ...options,
    });
    text = await response.text();
  } catch (failure) {
    throw new Away(failure.name === 'TimeoutError'
      ? `no answer within ${patience / 1000} s` : 'the host cannot be reached');
  }
  let json;
  try {
    json = text ? JSON.parse(text) : null;
  } catch {
    json = undefined;
  }
  if (response.ok && json !== undefined) return json;
  if (json?.name) throw new Refused(response.status, json.name, json.message);
  if (response.status === 401) throw new Refused(401, 'UNAUTHORIZED', 'not logged in');
  throw new Away(`an answer that is not the host's, status ${response.status}`);
}

const post = (path, body, patience) => answer(path, {
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(body),
}, patience);

export const projects = () => answer('api/projects');

export const login = token => post('login', { token });

export const ask = (prefix, actor, action, body = {}, patience = undefined) =>
  post(`api/${encodeURIComponent(prefix)}/${actor}/${action}`, body, patience);

// A browser opens six connections to a host at most: four streams leave room for questions.
const STREAMS = 4;

/** Follows a project's events while it can; tells whether it does. */
export class Stream {
  constructor(prefix, heard) {
    this.over = new Promise(end => (this.end = end));
    this.follow(prefix, heard);
  }

  async follow(prefix, heard) {
    const open = place => {
      if (!place || this.closed) return undefined;
      this.source = new EventSource(`api/${encodeURIComponent(prefix)}/events`);
      for (const type of ['open', 'message', 'gap']) this.source.addEventListener(type, heard);
      return this.over;
    };
    if (!navigator.locks) return open(true);
    for (let at = 0; at < STREAMS && !this.source && !this.closed; at++) {
      await navigator.locks.request(`dreamkeeper-stream-${at}`, { ifAvailable: true }, open);
    }
    this.full = !this.source;
  }

  get live() {
    return this.source?.readyState === EventSource.OPEN;
  }

  /** Whether it will not come by itself any more. */
  get dead() {
    return this.full || this.source?.readyState === EventSource.CLOSED;
  }

  close() {
    this.closed = true;
    this.source?.close();
    this.end();
  }
}
