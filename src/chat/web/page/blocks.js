import { fileAddress, isDeleted } from './api.js';
import { answerText, copyButton, tableText } from './copy.js';
import { bytesText, durationText, el, fileName, icon, once } from './dom.js';
import { mapView } from './map-view.js';
import { language as pageLanguage, textsIn } from './texts.js';
import { openViewer } from './viewer.js';

const PICTURE_RETRY_MS = 2000;
/** What took less was at once. */
const TOLD_FROM_MS = 1000;

/**
 * A reply as an article.
 *
 * @param on    `{ action(id), retry() }`
 * @param tookMs  from question to answer; null when there was no question
 */
export function replyArticle(thread, { blocks, language, failure }, on, tookMs) {
  const t = textsIn(language);
  // Where only a part of the answer failed, the part that did not says so among the others.
  const failed =
    failure && failure.code !== 'cancelled' && blocks.every((b) => b.kind === 'text' || b.kind === 'actions');
  /** Maps of this answer, for its tables to speak with. */
  const maps = [];
  const parts = blocks.map((block) => RENDER[block.kind]?.(block, { thread, on, t, failed, maps }) ?? null);
  return el(
    'article',
    { className: failed ? 'answer failed' : 'answer', lang: language },
    el('h2', { className: 'unseen' }, t('bot')),
    failed && el('p', { className: 'failure-label' }, icon('wrong'), t('failed')),
    parts,
    failure?.incident &&
      !blocks.some((block) => block.kind === 'text' && block.text.includes(failure.incident)) &&
      el('p', { className: 'quiet incident' }, `${t('incident')} `, el('code', {}, failure.incident)),
    failure?.passing &&
      el(
        'button',
        { type: 'button', className: 'button retry', on: { click: once(on.retry) } },
        icon('again'),
        t('retry'),
      ),
    !failed &&
      el(
        'div',
        { className: 'tools' },
        copyButton(t('copyAnswer'), () => answerText(blocks), t),
        tookMs !== null &&
          tookMs >= TOLD_FROM_MS &&
          !failure &&
          el('p', { className: 'quiet took' }, t('tookTime', durationText(tookMs))),
      ),
  );
}

/** The model's words, also while they still arrive. */
export function voiceBlock(voice, text, t = textsIn(pageLanguage)) {
  if (voice === 'plain') return el('p', { className: 'plain' }, text);
  const label = el('p', { className: 'voice-label' }, icon(VOICE_ICONS[voice]), t(voice));
  if (voice === 'model') label.title = t('modelHint');
  // The SPEX model writes English, whatever language the rest is in.
  const words = el('p', voice === 'model' ? { lang: 'en' } : {}, text);
  return el('div', { className: `voice ${voice}` }, label, words);
}

/** What a listener hears first: the headline, or else the first words. */
export function spokenSummary({ blocks }) {
  const headline = blocks.find((b) => b.kind === 'headline');
  if (headline) return [headline.title, ...headline.numbers.map((n) => `${n.label} ${n.value}`)].join(', ');
  return blocks.find((b) => b.kind === 'text')?.text ?? textsIn(pageLanguage)('answerReady');
}

const VOICE_ICONS = { measured: 'ruler', model: 'model', limits: 'limits' };

const RENDER = {
  text: ({ voice, text }, { t, failed }) => voiceBlock(failed ? 'plain' : voice, text, t),

  headline: ({ title, numbers }) =>
    el(
      'section',
      { className: 'headline' },
      el('h3', {}, title),
      el(
        'dl',
        {},
        numbers.map(({ label, value, link }) => el('div', {}, el('dt', {}, label), el('dd', {}, linked(value, link)))),
      ),
    ),

  picture: ({ artefact, alt, map }, { thread, t, maps }) => {
    const address = fileAddress(thread, artefact);
    const save = fileAddress(thread, artefact, true);
    const picture = el('img', { src: address, alt, decoding: 'async' });
    const enlarge = { click: () => openViewer({ address, save, alt, name: artefact.name }) };
    const open = el(
      'button',
      { type: 'button', className: 'picture-open', 'aria-label': t('enlarge', alt), on: enlarge },
      picture,
    );
    // For eyes and fingers only: the picture itself is the button that is listened to.
    const grow = el(
      'button',
      {
        type: 'button',
        className: 'icon-button small',
        tabIndex: -1,
        'aria-hidden': 'true',
        'aria-label': t('enlarge', alt),
        on: enlarge,
      },
      icon('grow'),
    );
    const figure = el(
      'figure',
      { className: 'picture' },
      open,
      el('figcaption', {}, el('span', {}, alt), grow, saveLink(save, artefact, t)),
    );
    if (map) {
      const view = mapView(thread, map, alt, t);
      maps.push(view);
      // The sheet is what is printed, saved and shown large.
      open.classList.add('sheet');
      figure.prepend(view.node);
    }
    picture.addEventListener('error', async () => {
      // A picture that broke off because spex-chat stopped is still there when it is back.
      if (await isDeleted(address)) figure.replaceChildren(el('p', { className: 'quiet gone' }, t('pictureGone')));
      else if (figure.isConnected) setTimeout(() => picture.setAttribute('src', address), PICTURE_RETRY_MS);
    });
    return figure;
  },

  table: ({ caption, columns, rows, regionsOf }, { t, maps }) => {
    const body = el('tbody', {});
    let order = null;
    const show = () => {
      const shown = order ? [...rows].sort(byColumn(order)) : rows;
      body.replaceChildren(
        ...shown.map((row) =>
          el(
            'tr',
            isLinked ? { 'data-region': row[0] } : {},
            row.map((cell, i) =>
              el(
                'td',
                { className: columns[i]?.align ?? 'left' },
                isLinked && i === 0 ? regionButton(cell, () => choose(cell, true), t) : cell,
              ),
            ),
          ),
        ),
      );
    };
    const isLinked = regionsOf !== undefined && maps.length > 0;
    const choose = (id, move) => {
      for (const row of body.rows) row.classList.toggle('chosen', row.dataset.region === id);
      if (move) for (const view of maps) view.showRegion(regionsOf, Number(id));
    };
    for (const view of maps) {
      view.node.addEventListener('region', ({ detail }) =>
        choose(detail.target === regionsOf ? String(detail.id) : '', false),
      );
    }
    const heads = columns.map(({ title, align }, column) =>
      el(
        'th',
        { scope: 'col', className: align },
        // Words to read in their order, as in the help, are no data.
        caption
          ? el(
              'button',
              {
                type: 'button',
                className: 'sort',
                on: {
                  click: () => {
                    order = { column, down: order?.column === column && !order.down };
                    heads.forEach((head, i) => {
                      if (i === column) head.setAttribute('aria-sort', order.down ? 'descending' : 'ascending');
                      else head.removeAttribute('aria-sort');
                    });
                    show();
                  },
                },
              },
              title,
            )
          : title,
      ),
    );
    show();
    const table = el(
      'div',
      { className: 'table', ...(caption && { role: 'region', 'aria-label': caption }) },
      el(
        'table',
        {},
        caption &&
          el(
            'caption',
            {},
            el(
              'div',
              { className: 'caption-row' },
              el('span', {}, caption),
              copyButton(t('copyTable'), () => tableText({ columns, rows }), t),
            ),
          ),
        el('thead', {}, el('tr', {}, heads)),
        body,
      ),
    );
    // What can be scrolled must be reached with the keyboard, and nothing else.
    new ResizeObserver(() => {
      if (table.scrollWidth > table.clientWidth) table.tabIndex = 0;
      else table.removeAttribute('tabindex');
    }).observe(table);
    return table;
  },

  details: ({ title, lines }) =>
    el(
      'details',
      {},
      el('summary', {}, title),
      el(
        'ul',
        {},
        lines.map((line) => el('li', {}, line)),
      ),
    ),

  files: ({ artefacts }, { thread, t }) =>
    el(
      'ul',
      { className: 'files', 'aria-label': t('files') },
      artefacts.map((artefact) =>
        el(
          'li',
          {},
          el(
            'a',
            {
              href: fileAddress(thread, artefact, true),
              download: artefact.name,
              'aria-label': t('saveFile', artefact.name, bytesText(artefact.bytes)),
            },
            icon('file'),
            fileName(artefact.name),
            el('span', { className: 'quiet' }, bytesText(artefact.bytes)),
            icon('save'),
          ),
        ),
      ),
    ),

  actions: ({ actions }, { on, t }) =>
    el(
      'div',
      { className: 'actions', role: 'group', 'aria-label': t('next') },
      actions.map(({ id, label, style }) =>
        el(
          'button',
          { type: 'button', className: `button ${style ?? ''}`, on: { click: once(() => on.action(id)) } },
          label,
        ),
      ),
    ),
};

/** A value, as a link where more about it is on the Web. Nothing is loaded from there until somebody follows it. */
const linked = (value, link) =>
  link?.startsWith('https://') ? el('a', { href: link, target: '_blank', rel: 'noopener noreferrer' }, value) : value;

const saveLink = (address, { name, bytes }, t) =>
  el(
    'a',
    {
      href: address,
      download: name,
      className: 'icon-button small',
      title: t('save'),
      'aria-label': t('saveFile', name, bytesText(bytes)),
    },
    icon('save'),
  );

/** Order of rows by one column: by size where its cells are numbers, whatever their units, else by their letters. */
const byColumn =
  ({ column, down }) =>
  (a, b) => {
    const [x, y] = [a[column] ?? '', b[column] ?? ''];
    const [m, n] = [sizeOf(x), sizeOf(y)];
    const rises = Number.isNaN(m) || Number.isNaN(n) ? x.localeCompare(y) : m - n;
    return down ? -rises : rises;
  };

/** `4,416 m²` and `1.06 ha` in the same unit; NaN for what is no number. */
function sizeOf(cell) {
  const [, number, unit] = /^[<≈ ]*([−-]?[\d.,]+)\s*(.*)$/.exec(cell) ?? [];
  return number === undefined ? Number.NaN : Number(number.replaceAll(',', '').replace('−', '-')) * (UNITS[unit] ?? 1);
}

const UNITS = { ha: 1e4, 公顷: 1e4, 'km²': 1e6, 平方公里: 1e6, km: 1000, 公里: 1000 };

const regionButton = (id, act, t) =>
  el('button', { type: 'button', className: 'region', title: t('showRegion', id), on: { click: act } }, id);
