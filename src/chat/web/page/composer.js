import { newId, uploadFile } from './api.js';
import { byId, bytesText, el, fileName, icon } from './dom.js';
import { t } from './texts.js';

const MAX_FILES = 50;
const MAX_TEXT = 4000;
/** What a folder is searched for: a Sentinel-2 or Landsat product holds much else. */
const SCENE_FILE = /\.(tiff?|jp2|zip|png|jpe?g|webp)$/i;

/**
 * The message box with its files, which are uploaded as soon as they are added.
 *
 * @param on  `{ send({ text, files }): Promise, cancel() }`; when sending fails, what was written stays
 */
export function setUpComposer(on) {
  const [question, send, stop, list, problem] = ['question', 'send', 'stop', 'attached', 'problem'].map(byId);
  /** Files in the order in which they were added: `{ key, name, id once uploaded, stop, node }`. */
  let files = [];
  let limitBytes = Number.POSITIVE_INFINITY;
  let working = false;
  let connected = true;
  /** Enter was pressed while something was still on its way. */
  let wanted = false;
  /** What was sent last, for ↑. */
  let last = '';

  const ready = () => files.every((file) => file.id);
  const something = () => question.value.trim() !== '' || files.length > 0;
  const tooLong = () => question.value.length - MAX_TEXT;

  const refresh = () => {
    send.disabled = !(something() && ready() && connected && tooLong() <= 0);
    if (wanted && ready()) {
      wanted = false;
      submit();
      return;
    }
    // While work goes on and nothing is written, the button that sends becomes the one that stops.
    const stoppable = working && !something();
    if (stoppable !== !stop.hidden) {
      const focused = document.activeElement === send || document.activeElement === stop;
      stop.hidden = !stoppable;
      send.hidden = stoppable;
      if (focused) question.focus();
    }
    list.hidden = files.length === 0;
  };

  const complain = (sentence) => {
    problem.textContent = sentence ?? '';
    problem.hidden = !sentence;
  };

  function add(chosen) {
    complain(null);
    for (const file of chosen) {
      if (files.length >= MAX_FILES) complain(t('tooMany', MAX_FILES));
      else if (file.size > limitBytes) complain(t('tooLarge', file.name, bytesText(limitBytes)));
      else if (file.size === 0) complain(t('emptyFile', file.name));
      else attach(file);
    }
    refresh();
    question.focus();
  }

  function attach(file) {
    const state = el('span', { className: 'quiet' }, t('uploading', 0));
    const fill = el('span', { className: 'fill' });
    const remove = el(
      'button',
      {
        type: 'button',
        className: 'icon-button tiny',
        'aria-label': t('removeFile', file.name),
        title: t('removeFile', file.name),
        on: { click: () => drop(entry) },
      },
      icon('cross'),
    );
    const node = el('li', { className: 'chip-file' }, icon('scene'), fileName(file.name), state, remove, fill);
    const upload = uploadFile(file, (part) => {
      state.textContent = t('uploading', Math.floor(part * 100));
      fill.style.setProperty('--part', String(part));
    });
    const entry = { key: newId(), name: file.name.slice(0, 255), id: null, stop: upload.stop, node };
    files.push(entry);
    list.append(node);
    upload.done.then(
      ({ id }) => {
        entry.id = id;
        state.textContent = bytesText(file.size);
        fill.remove();
        refresh();
      },
      (error) => {
        if (error.name === 'AbortError') return;
        drop(entry);
        const tooLarge = error.status === 413;
        complain(tooLarge ? t('tooLarge', file.name, bytesText(limitBytes)) : t('uploadFailed', file.name));
      },
    );
  }

  function drop(entry) {
    entry.stop();
    entry.node.remove();
    files = files.filter((file) => file !== entry);
    refresh();
    question.focus();
  }

  async function submit() {
    if (something() && !ready() && tooLong() <= 0) {
      wanted = true;
      complain(t('sendsLater'));
    }
    if (send.disabled) return;
    last = question.value;
    const sent = { text: question.value.trim(), files: files.map(({ id, name }) => ({ id, name })) };
    const before = { text: question.value, files };
    complain(null);
    write('');
    files = [];
    list.replaceChildren();
    refresh();
    try {
      await on.send(sent);
    } catch (error) {
      // Nothing that was written or uploaded is lost, not even what was written since.
      write([before.text, question.value].filter(Boolean).join('\n'));
      files = [...before.files, ...files];
      list.replaceChildren(...files.map((file) => file.node));
      complain(error.status ? error.message : t('notSent'));
      refresh();
    }
  }

  function write(text) {
    question.value = text;
    grow();
    refresh();
  }

  /** For browsers without `field-sizing`. */
  function grow() {
    question.style.height = 'auto';
    question.style.height = `${question.scrollHeight}px`;
  }

  byId('composer').addEventListener('submit', (event) => {
    event.preventDefault();
    submit();
  });
  question.addEventListener('input', () => {
    // Whoever writes on has not finished.
    wanted = false;
    complain(tooLong() > 0 ? t('tooLong', tooLong()) : null);
    grow();
    refresh();
  });
  question.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowUp' && question.value === '' && last !== '') {
      event.preventDefault();
      write(last);
    }
    // Enter also picks a word in Chinese input methods; that one is not meant for us.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    submit();
  });
  stop.addEventListener('click', on.cancel);
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && working && !document.querySelector('dialog[open], .sidebar.open')) on.cancel();
  });
  byId('files').addEventListener('change', ({ target }) => {
    add([...target.files]);
    target.value = '';
  });
  for (const id of ['attach', 'drop-zone']) byId(id).addEventListener('click', () => byId('files').click());
  document.addEventListener('paste', (event) => {
    const pasted = [...(event.clipboardData?.files ?? [])];
    if (pasted.length === 0 || document.querySelector('dialog[open]')) return;
    event.preventDefault();
    add(pasted);
  });
  acceptDrops(add);

  return {
    write,
    focus: () => question.focus({ preventScroll: true }),
    limit(bytes) {
      limitBytes = bytes;
    },
    setWorking(now) {
      working = now;
      refresh();
    },
    setConnected(now) {
      connected = now;
      refresh();
    },
    complain,
  };
}

/** Files and folders dropped anywhere on the page. */
function acceptDrops(add) {
  const veil = byId('drop-here');
  let depth = 0;
  const holdsFiles = (event) => event.dataTransfer?.types.includes('Files') && !document.querySelector('dialog[open]');
  const show = (now) => {
    depth = now ? depth : 0;
    veil.hidden = !now;
  };
  document.addEventListener('dragenter', (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    depth++;
    show(true);
  });
  document.addEventListener('dragleave', () => {
    depth = Math.max(0, depth - 1);
    if (depth === 0) show(false);
  });
  document.addEventListener('dragover', (event) => {
    // Also where we take nothing: a file dropped there would replace the page.
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = holdsFiles(event) ? 'copy' : 'none';
  });
  document.addEventListener('drop', async (event) => {
    event.preventDefault();
    const wanted = holdsFiles(event);
    show(false);
    if (!wanted) return;
    // Entries must be taken before the first await: the list empties then.
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.() ?? null);
    const plain = [...event.dataTransfer.files];
    if (!entries.some((entry) => entry?.isDirectory)) add(plain);
    else add((await Promise.all(entries.map(filesIn))).flat());
  });
}

/** The scene files of a dropped folder, deeper folders included; a dropped file is taken as it is. */
async function filesIn(entry) {
  if (!entry) return [];
  if (entry.isFile) return [await new Promise((resolve, reject) => entry.file(resolve, reject))];
  const reader = entry.createReader();
  const inside = [];
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) break;
    inside.push(...some);
  }
  const wanted = inside.filter((child) => child.isDirectory || SCENE_FILE.test(child.name));
  return (await Promise.all(wanted.map(filesIn))).flat();
}
