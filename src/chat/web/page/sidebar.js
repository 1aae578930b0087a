import { deleteThread, renameThread } from './api.js';
import { byId, el, icon, visible } from './dom.js';
import { t } from './texts.js';

/**
 * The list of conversations.
 *
 * @param on  `{ fresh(), changed(), deleted(id), failed(error) }`: a new one is wanted; the list is out of date; one is gone;
 *   what was asked for could not be done
 */
export function setUpSidebar(on) {
  const [sidebar, scrim, menu] = ['sidebar', 'scrim', 'menu'].map(byId);
  const narrow = matchMedia('(max-width: 800px)');

  const open = (now) => {
    sidebar.classList.toggle('open', now);
    scrim.hidden = !now;
    menu.setAttribute('aria-expanded', String(now));
    // Off the screen it must not be reached with the keyboard either.
    sidebar.inert = narrow.matches && !now;
    document.querySelector('main').inert = narrow.matches && now;
    if (now) byId('new-thread').focus();
    else if (sidebar.contains(document.activeElement)) menu.focus();
  };
  menu.addEventListener('click', () => open(true));
  for (const id of ['scrim', 'menu-close']) byId(id).addEventListener('click', () => open(false));
  sidebar.addEventListener('keydown', (event) => event.key === 'Escape' && narrow.matches && open(false));
  narrow.addEventListener('change', () => open(false));
  for (const id of ['new-thread', 'new-thread-narrow']) {
    byId(id).addEventListener('click', () => {
      open(false);
      on.fresh();
    });
  }
  open(false);

  const rename = askDialog('rename', on.failed, async (thread) => {
    await renameThread(thread.id, byId('rename-name').value.trim());
    on.changed();
  });
  const forget = askDialog('forget', on.failed, async (thread) => {
    await deleteThread(thread.id);
    on.deleted(thread.id);
  });

  const item = (thread, current) => {
    const title = visible(thread.title) || t('untitled');
    const tool = (name, label, action) =>
      el(
        'button',
        { type: 'button', className: 'icon-button tiny', 'aria-label': label, title: label, on: { click: action } },
        icon(name),
      );
    return el(
      'li',
      { className: thread.id === current ? 'current' : '' },
      el(
        'a',
        {
          href: `#${thread.id}`,
          ...(thread.id === current && { 'aria-current': 'page' }),
          on: { click: () => open(false) },
        },
        thread.waiting && el('span', { className: 'pulse', role: 'img', 'aria-label': t('working') }),
        el(
          'span',
          { className: 'thread-words' },
          el('bdi', {}, title),
          el('time', { className: 'quiet' }, whenText(thread.at)),
        ),
      ),
      tool('pen', t('rename', title), () => {
        byId('rename-name').value = title;
        rename(thread);
        byId('rename-name').select();
      }),
      tool('bin', t('forgetThread', title), () => forget(thread)),
    );
  };

  const search = byId('search');
  let shown = '';
  let newest = [[], ''];
  const found = ([threads, current]) => {
    const wanted = search.value.trim().toLowerCase();
    return [threads.filter(({ title }) => title.toLowerCase().includes(wanted)), current];
  };
  search.addEventListener('input', () => api.show(...newest));
  const api = {
    show(...given) {
      newest = given;
      search.hidden = given[0].length < SEARCHED_FROM && search.value === '';
      const [threads, current] = found(given);
      const wanted = JSON.stringify([threads, current]);
      if (wanted === shown) return;
      shown = wanted;
      const items = byId('threads');
      const places = () => [...items.querySelectorAll('a, button')];
      const focused = places().indexOf(document.activeElement);
      items.replaceChildren(...threads.map((thread) => item(thread, current)));
      if (focused >= 0) (places()[focused] ?? byId('new-thread')).focus();
    },
  };
  return api;
}

/** So many conversations are found with the eye. */
const SEARCHED_FROM = 6;

/** Today's by the hour, older ones by the day. */
function whenText(at) {
  const day = new Date(at).toLocaleDateString();
  return day === new Date().toLocaleDateString()
    ? new Date(at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })
    : day;
}

/** A dialog that asks once and then does `act`; returns the function that opens it. */
function askDialog(id, failed, act) {
  const dialog = byId(id);
  let subject = null;
  dialog.querySelector('[data-close]').addEventListener('click', () => dialog.close());
  dialog.addEventListener('click', (event) => event.target === dialog && dialog.close());
  dialog.querySelector('form').addEventListener('submit', async (event) => {
    event.preventDefault();
    dialog.close();
    try {
      await act(subject);
    } catch (error) {
      failed(error);
    }
  });
  return (thread) => {
    subject = thread;
    dialog.showModal();
  };
}
