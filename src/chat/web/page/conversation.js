import { replyArticle, spokenSummary } from './blocks.js';
import { announce, byId, bytesText, el, fileName, icon } from './dom.js';
import { progressCard } from './progress-card.js';
import { t } from './texts.js';

/** Closer to the end than this, new things scroll into view. */
const NEAR_END_PX = 120;
/** Kept free above the turn that is read. */
const ABOVE_PX = 16;

/**
 * The turns of one thread, built from its events: each message with its progress and then its reply.
 *
 * @param on  `{ action(id, language), retry(message, language), edit(text), cancel(), working(boolean), answered() }`
 */
export function conversationView(thread, on) {
  const [turns, scroll, latest] = ['turns', 'scroll', 'latest'].map(byId);
  /** By message id: `{ node, said, card | null }`. */
  const open = new Map();
  const listening = new AbortController();
  /** While the past is played back nothing is announced, and the end is where we are. */
  let past = true;
  let clockSkew = 0;
  let following = true;
  let lastTop = 0;
  /** The turn whose answer has just come, until it is known whether it fits: pictures have no height before they load. */
  let arrived = null;
  turns.replaceChildren();

  const nearEnd = () => scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR_END_PX;
  const toEnd = () => scroll.scrollTo({ top: scroll.scrollHeight, behavior: 'instant' });
  const grown = new ResizeObserver(() => {
    if (!following) return showLatest();
    if (!arrived || arrived.offsetHeight <= scroll.clientHeight) return toEnd();
    // A long answer is read from its beginning.
    following = false;
    scroll.scrollTo({ top: arrived.offsetTop - ABOVE_PX, behavior: 'instant' });
  });
  grown.observe(turns);
  const showLatest = () => {
    latest.hidden = nearEnd() || turns.childElementCount === 0;
  };
  scroll.addEventListener(
    'scroll',
    () => {
      // Only scrolling up stops the following: what has just grown is not at its end either.
      if (nearEnd()) following = true;
      else if (scroll.scrollTop < lastTop) following = false;
      lastTop = scroll.scrollTop;
      showLatest();
    },
    { signal: listening.signal, passive: true },
  );
  latest.addEventListener(
    'click',
    () => {
      following = true;
      arrived = null;
      toEnd();
    },
    { signal: listening.signal },
  );

  const waiting = () => [...open.values()].filter((turn) => turn.card);

  const startCard = (turn) => {
    turn.card = progressCard(turn.said + clockSkew, on.cancel);
    turn.node.append(turn.card.node);
  };

  const show = {
    user({ message, text, files, at }) {
      const node = el('li', { className: 'turn' }, saidArticle(text, files, at, on.edit));
      const turn = { node, said: at, card: null };
      open.set(message, turn);
      turns.append(node);
      // Of the past, only what is still without a reply at its end gets a card.
      if (!past) {
        startCard(turn);
        arrived = null;
        following = true;
      }
    },

    reply({ to, reply, at }) {
      const turn = open.get(to) ?? { node: turns.appendChild(el('li', { className: 'turn' })), said: null };
      const handlers = { action: (id) => on.action(id, reply.language), retry: () => on.retry(to, reply.language) };
      const hadFocus = turn.card?.node.contains(document.activeElement);
      turn.card?.end();
      turn.card = null;
      turn.answered = true;
      turn.node.append(replyArticle(thread, reply, handlers, turn.said && at - turn.said));
      if (hadFocus) byId('question').focus({ preventScroll: true });
      if (past) return;
      arrived = turn.node;
      announce(spokenSummary(reply));
      on.answered();
    },
  };

  /** What was said so far has been forgotten. */
  const reset = () => {
    for (const turn of waiting()) turn.card.end();
    open.clear();
    turns.replaceChildren();
    on.working(false);
  };

  return {
    event(event) {
      show[event.kind](event);
      if (!past) on.working(waiting().length > 0);
    },

    reset,

    progress(live) {
      const turn = open.get(live.to);
      if (!turn || turn.answered) return;
      if (!turn.card) startCard(turn);
      turn.card.show(live);
    },

    ready({ now }) {
      clockSkew = Date.now() - now;
      past = false;
      for (const turn of open.values()) if (!turn.answered && !turn.card) startCard(turn);
      on.working(waiting().length > 0);
      showLatest();
    },

    stopAll() {
      for (const turn of waiting().slice(0, 1)) turn.card.stop();
    },

    close() {
      listening.abort();
      grown.disconnect();
      reset();
    },
  };
}

const saidArticle = (text, files, at, edit) =>
  el(
    'article',
    { className: 'said', title: new Date(at).toLocaleString() },
    el('h2', { className: 'unseen' }, t('you')),
    files.length > 0 &&
      el(
        'ul',
        { className: 'said-files' },
        files.map(({ name, size }) =>
          el('li', {}, icon('scene'), fileName(name), size !== null && el('span', {}, bytesText(size))),
        ),
      ),
    text &&
      el(
        'div',
        { className: 'said-words' },
        el(
          'button',
          {
            type: 'button',
            className: 'icon-button tiny edit',
            title: t('again'),
            'aria-label': t('again'),
            on: { click: () => edit(text) },
          },
          icon('pen'),
        ),
        el('p', { dir: 'auto' }, text),
      ),
  );
