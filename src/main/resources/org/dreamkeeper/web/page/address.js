// What the address bar says.

const decoded = part => {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
};

/** Reads #/p/<prefix>/<screen>[/<id>]; #/ is all projects, or the only one. */
export function route(names, screens) {
  const [, p, prefix, screen, id] = location.hash.split('/').map(decoded);
  if (p !== 'p' || !prefix) return names.length === 1 ? { prefix: names[0], screen: 'now' } : {};
  return { prefix, screen: screens.includes(screen) ? screen : 'now', id };
}

export const link = (prefix, ...rest) => '#/' + ['p', prefix, ...rest].map(encodeURIComponent).join('/');

/** Takes a token out of the address bar before anybody sees it. */
export function tokenInAddress() {
  if (!location.hash.startsWith('#token=')) return null;
  const token = decoded(location.hash.slice('#token='.length));
  history.replaceState(null, '', location.pathname + location.search);
  return token;
}
