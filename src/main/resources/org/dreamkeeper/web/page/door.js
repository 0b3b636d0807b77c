// What is shown to who is not logged in.

import { alert, h, heading } from './dom.js';

export function door(wrong, logIn) {
  document.title = 'Dreamkeeper';
  const enter = event => {
    event.preventDefault();
    logIn(document.getElementById('token').value.trim());
  };
  return h('form.door', { onsubmit: enter }, heading('Not logged in'),
    h('p', 'Open the link that Dreamkeeper printed when it started: it carries the token, which also '
      + 'stands in the file .dreamkeeper.token beside its configuration.'),
    h('label', { for: 'token' }, 'Token'),
    h('input', { id: 'token', type: 'password', autocomplete: 'off', required: true }),
    h('button.main', { type: 'submit' }, 'Log in'),
    wrong && alert(wrong));
}
