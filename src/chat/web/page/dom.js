import { t } from './texts.js';

/**
 * An element with properties and children. Strings become text nodes: nothing that comes from outside is ever markup.
 * Keys with a dash are attributes; `on` holds listeners; null and false children are left out.
 */
export function el(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(properties)) {
    if (key === 'on') for (const [type, listener] of Object.entries(value)) node.addEventListener(type, listener);
    else if (key.includes('-') || key === 'role') node.setAttribute(key, value);
    else node[key] = value;
  }
  node.append(...children.flat().filter((child) => child !== null && child !== false && child !== undefined));
  return node;
}

/** The second press of a double click means the same as the first. */
export const once = (act) => (event) => {
  if (event.detail < 2) act(event);
};

export const byId = (id) => document.getElementById(id);

/**
 * A file's name as far as it can be shown. Characters that turn the reading direction could make a file look like
 * one of another kind; they and other invisible ones are replaced by a sign.
 */
export function fileName(name) {
  const shown = visible(name);
  return el('bdi', { className: 'file-name', title: shown }, shown);
}

export const visible = (text) => text.replace(/[\p{Cc}\p{Cf}]/gu, '\ufffd');

/** Line drawings on a 24 × 24 grid. */
const ICONS = {
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  cross: 'M6 6l12 12M18 6 6 18',
  menu: 'M4 7h16M4 12h16M4 17h16',
  upload: 'M12 16V4M7 9l5-5 5 5M4 16v3a1 1 0 0 0 1 1h14a1 1 0 0 0 1-1v-3',
  save: 'M12 4v12M7 11l5 5 5-5M4 20h16',
  layers: 'M12 4 21 9l-9 5-9-5ZM3 14l9 5 9-5',
  clip: 'M20 11.5 12 19.5a5 5 0 0 1-7-7l8.5-8.5a3.3 3.3 0 0 1 4.7 4.7L9.8 17a1.7 1.7 0 0 1-2.4-2.4L14.5 7.5',
  send: 'M12 19V5M6 11l6-6 6 6',
  stop: 'M8 8h8v8H8Z',
  down: 'M12 5v14M6 13l6 6 6-6',
  lock: 'M7 11V8a5 5 0 0 1 10 0v3M6 11h12v9H6Z',
  pen: 'M4 20l1-4L16 5l3 3L8 19ZM14 7l3 3',
  bin: 'M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10.5 11v5M13.5 11v5',
  ruler: 'M3 15 15 3l6 6L9 21ZM7 11l2 2M10 8l3 3M13 5l2 2',
  model: 'M5 5h14v11h-8l-4 4v-4H5ZM9 9h6M9 12h4',
  limits: 'M12 4 21 20H3ZM12 10v5M12 17.5v.1',
  wrong: 'M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18ZM12 8v5M12 16v.1',
  again: 'M19 12a7 7 0 1 1-2.5-5.4M19 4v4h-4',
  scene: 'M4 5h16v14H4ZM4 15l4-4 4 4 3-3 5 5M15.5 9.5v.1',
  file: 'M6 3h8l4 4v14H6ZM14 3v4h4',
  copy: 'M9 9h11v11H9ZM5 15H4V4h11v1',
  check: 'M5 12l5 5 9-10',
  grow: 'M14 4h6v6M20 4l-7 7M10 20H4v-6M4 20l7-7',
};

export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', ICONS[name]);
  svg.append(path);
  return svg;
}

/** Puts texts, labels and icons where the page's markup asks for them. */
export function fillTexts(root) {
  for (const node of root.querySelectorAll('[data-text]')) node.textContent = t(node.dataset.text);
  for (const node of root.querySelectorAll('[data-placeholder]')) node.placeholder = t(node.dataset.placeholder);
  for (const node of root.querySelectorAll('[data-icon]')) node.replaceChildren(icon(node.dataset.icon));
  for (const node of root.querySelectorAll('[data-label]')) {
    node.setAttribute('aria-label', t(node.dataset.label));
    if (node.matches('.icon-button')) node.title = t(node.dataset.label);
  }
}

/** Reads a sentence to people who listen to the page. */
export function announce(sentence) {
  byId('announcer').textContent = sentence;
}

/** 1536 → "1.5 KB" */
export function bytesText(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  const step = Math.min(3, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** step;
  return `${value >= 100 ? Math.round(value) : Number(value.toFixed(1))} ${['KB', 'MB', 'GB'][step - 1]}`;
}

/** 1234 ms → "1.2 s", 75,000 ms → "1:15" */
export function durationText(ms) {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.floor(seconds)} s`;
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;
}
