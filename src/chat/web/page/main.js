import { cancelWork, followThread, newId, openSession, sendMessage } from './api.js';
import { setUpComposer } from './composer.js';
import { conversationView } from './conversation.js';
import { byId, bytesText, el, fillTexts, once, visible } from './dom.js';
import { saveReport } from './report.js';
import { setUpSidebar } from './sidebar.js';
import { language, t } from './texts.js';
import { setUpViewer } from './viewer.js';

/** A thread that works elsewhere is looked at so often. */
const POLL_MS = 4000;

document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
fillTexts(document);
setUpViewer();

/** The thread on the screen: `{ id, view, stream, close() }`. */
let current = null;
let threads = [];
let poll = null;
/** Whether the thread on the screen is worked on. */
let working = false;
/** Whether an answer came while the page was out of sight. */
let unseen = false;

const composer = setUpComposer({
  send: (message) => sendMessage(current.id, { ...message, ...(message.text === '' && { language }) }),
  cancel: () => current.view.stopAll(),
});

const sidebar = setUpSidebar({
  fresh: () => {
    location.hash = '';
    if (byId('turns').childElementCount > 0) openThread(newId());
    composer.focus();
  },
  changed: refresh,
  failed: (error) => composer.complain(error.status ? error.message : t('notDone')),
  deleted: (id) => (id === current.id ? leave() : refresh()),
});

byId('demo').addEventListener(
  'click',
  once(() => {
    // The button goes with the welcome.
    composer.focus();
    say({ demo: true, text: t('demoQuestion'), language });
  }),
);
byId('report').addEventListener('click', () =>
  saveReport(byId('title').textContent, language).catch(() => composer.complain(t('notDone'))),
);
byId('examples').append(
  ...t('examples').map((example) =>
    el('li', {}, el('button', { type: 'button', className: 'chip', on: { click: () => suggest(example) } }, example)),
  ),
);
addEventListener('hashchange', () => {
  const id = threadInAddress();
  if (id && id !== current.id) openThread(id);
});
document.addEventListener('visibilitychange', () => {
  // A browser opens six connections to a server at most: idle pages in the background must not hold one each.
  if (document.hidden && !working) current.stream.pause();
  if (document.hidden) return;
  unseen = false;
  current.stream.resume();
  showTitle();
});

const session = await openSession().catch(stayOutside);
// The token is in the cookie now; in the address it would be shown and shared.
if (new URLSearchParams(location.search).has('token'))
  history.replaceState(null, '', location.pathname + location.hash);
composer.limit(session.uploadLimitBytes);
byId('drop-hint').textContent = t('dropHint', bytesText(session.uploadLimitBytes));
byId('demo-row').hidden = session.demo === null;
threads = session.threads;
openThread(threadInAddress() ?? newId());
// On a phone the keyboard would cover what is to be read first.
if (matchMedia('(hover: hover)').matches) composer.focus();

function openThread(id) {
  current?.close();
  let live = false;
  const view = conversationView(id, {
    action: (action, spoken) => say({ action, language: spoken }),
    retry: (retry, spoken) => say({ retry, language: spoken }),
    edit: suggest,
    cancel: () => cancelWork(id).catch(() => composer.complain(t('notSent'))),
    working(now) {
      working = now;
      composer.setWorking(now);
    },
    answered() {
      unseen = document.hidden;
    },
  });
  const stream = followThread(id, {
    event(event) {
      view.event(event);
      showWelcome();
    },
    reset: view.reset,
    changed() {
      if (live) refresh();
    },
    progress: view.progress,
    ready(state) {
      view.ready(state);
      showWelcome();
      live = true;
      refresh();
    },
    deleted: leave,
    lost: () => connection(false),
    found: () => connection(true),
  });
  current = {
    id,
    view,
    stream,
    close() {
      stream.close();
      view.close();
    },
  };
  working = false;
  composer.setWorking(false);
  composer.complain(null);
  showList();
}

/** Without a session there is nothing to show but why. */
function stayOutside(error) {
  byId('banner').textContent = error.code === 'token-wanted' ? t('tokenWanted') : (error.message ?? t('reconnecting'));
  byId('banner').hidden = false;
  throw error;
}

/** After the thread on the screen has been deleted, here or in another window. */
function leave() {
  history.replaceState(null, '', location.pathname);
  openThread(newId());
  composer.focus();
}

async function say(message) {
  composer.complain(null);
  try {
    await sendMessage(current.id, message);
  } catch (error) {
    composer.complain(error.status ? error.message : t('notSent'));
  }
}

function suggest(text) {
  composer.write(text);
  composer.focus();
}

async function refresh() {
  try {
    ({ threads } = await openSession());
  } catch {
    return; // the stream tells that the connection is lost
  }
  showList();
  clearTimeout(poll);
  if (threads.some((thread) => thread.waiting)) poll = setTimeout(refresh, POLL_MS);
}

function showList() {
  sidebar.show(threads, current.id);
  showTitle();
  const kept = threads.some((thread) => thread.id === current.id);
  if (kept && threadInAddress() !== current.id) history.replaceState(null, '', `#${current.id}`);
}

function showTitle() {
  const title = visible(threads.find((thread) => thread.id === current.id)?.title ?? '');
  byId('title').textContent = title || t('newThread');
  document.title = `${unseen ? '● ' : ''}${title ? `${title} · ` : ''}spex-chat`;
}

function showWelcome() {
  byId('welcome').hidden = byId('turns').childElementCount > 0;
  byId('report').hidden = !byId('welcome').hidden;
}

function connection(found) {
  composer.setConnected(found);
  byId('banner').textContent = found ? '' : t('reconnecting');
  byId('banner').hidden = found;
}

function threadInAddress() {
  const id = location.hash.slice(1);
  return /^[0-9a-z]{8,40}$/.test(id) ? id : null;
}
