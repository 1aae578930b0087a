import { voiceBlock } from './blocks.js';
import { announce, durationText, el, icon } from './dom.js';
import { t } from './texts.js';

/** In the order in which an analysis goes through them. */
const STAGES = ['downloading', 'reading', 'indexing', 'looking', 'masking', 'measuring', 'explaining', 'drawing'];
const ANNOUNCE_EVERY_MS = 4000;

/**
 * Where the work on a message stands: stage, count, time and a way out.
 *
 * @param startedAt  milliseconds since 1970, by the clock of this browser
 * @param onCancel   asked once; the card then waits for the reply
 */
export function progressCard(startedAt, onCancel) {
  const stage = el('span', { className: 'stage' }, t('stages').queued);
  const count = el('span', { className: 'quiet count' });
  const time = el('span', { className: 'quiet time', 'aria-hidden': 'true' });
  const segments = STAGES.map((name) => el('span', { title: t('stages')[name] }));
  const bar = el(
    'div',
    {
      className: 'segments',
      role: 'progressbar',
      'aria-label': t('working'),
      'aria-valuemin': '0',
      'aria-valuemax': String(STAGES.length),
      'aria-valuenow': '0',
    },
    segments,
  );
  const cancel = el(
    'button',
    { type: 'button', className: 'button quiet-button', on: { click: () => stop() } },
    icon('stop'),
    t('cancel'),
  );
  const words = el('div', { className: 'arriving' });
  const card = el(
    'section',
    { className: 'progress' },
    el('div', { className: 'progress-row' }, el('span', { className: 'pulse' }), stage, count, time, cancel),
    bar,
    words,
  );

  let announced = 0;
  let shown = 0;
  const tick = () => {
    const passed = Date.now() - startedAt;
    time.textContent = passed < 10_000 ? durationText(Math.floor(passed / 100) * 100) : durationText(passed);
  };
  tick();
  const clock = setInterval(tick, 100);

  function stop() {
    cancel.disabled = true;
    cancel.lastChild.textContent = t('cancelling');
    announce(t('cancelling'));
    onCancel();
  }

  return {
    node: card,
    stop,

    show({ stage: name, done, total, remainingMs = 0, sentences }) {
      const label = t('stages')[name];
      const left =
        remainingMs < 10_000 ? '' : `, ${t('left', durationText(Math.round(remainingMs / 10_000) * 10_000))}`;
      const counted =
        name === 'queued' && total > 0 ? t('ahead', total) : total > 1 ? `${t('of', done, total)}${left}` : '';
      stage.textContent = label;
      count.textContent = counted;
      const at = STAGES.indexOf(name);
      segments.forEach((segment, i) => {
        segment.className = i < at ? 'past' : i === at ? 'now' : '';
        segment.style.setProperty('--part', i === at && total > 0 ? String(done / total) : '0.5');
      });
      bar.setAttribute('aria-valuenow', String(Math.max(0, at)));
      bar.setAttribute('aria-valuetext', counted ? `${label}, ${counted}` : label);
      if (sentences.length > shown) words.replaceChildren(voiceBlock('model', sentences.join(' ')));
      shown = sentences.length;
      if (Date.now() - announced > ANNOUNCE_EVERY_MS) {
        announced = Date.now();
        announce(label);
      }
    },

    end() {
      clearInterval(clock);
      card.remove();
    },
  };
}
