import { byId } from './dom.js';

const LARGEST = 16;
/** Pixels of the window that an arrow key moves the picture by. */
const STEP = 60;

const view = { scale: 1, x: 0, y: 0 };
/** Pointers that are down, for dragging with one and pinching with two. */
const pointers = new Map();

/** Opens a picture large: wheel, pinch, buttons or + and − zoom; dragging or arrow keys move; 0 fits. */
export function openViewer({ address, save, alt, name }) {
  const picture = byId('viewer-picture');
  picture.src = address;
  picture.alt = alt;
  byId('viewer-caption').textContent = alt;
  byId('viewer-save').href = save;
  byId('viewer-save').download = name;
  showWhole();
  byId('viewer').showModal();
  byId('viewer-close').focus();
}

export function setUpViewer() {
  const dialog = byId('viewer');
  const stage = byId('viewer-stage');
  byId('viewer-close').addEventListener('click', () => dialog.close());
  byId('zoom-in').addEventListener('click', () => zoom(1.5));
  byId('zoom-out').addEventListener('click', () => zoom(1 / 1.5));
  byId('zoom-fit').addEventListener('click', showWhole);
  dialog.addEventListener('close', () => pointers.clear());
  dialog.addEventListener('keydown', (event) => {
    const key = KEYS[event.key];
    if (!key || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    key();
  });
  stage.addEventListener('click', (event) => {
    if (event.target === stage && view.scale === 1) dialog.close();
  });
  stage.addEventListener('dblclick', (event) => (view.scale > 1 ? showWhole() : zoom(3, event)));
  stage.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      zoom(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0015)), event);
    },
    { passive: false },
  );
  stage.addEventListener('pointerdown', (event) => {
    pointers.set(event.pointerId, event);
    stage.setPointerCapture(event.pointerId);
  });
  stage.addEventListener('pointermove', drag);
  for (const type of ['pointerup', 'pointercancel']) {
    stage.addEventListener(type, (event) => pointers.delete(event.pointerId));
  }
}

const KEYS = {
  '+': () => zoom(1.5),
  '=': () => zoom(1.5),
  '-': () => zoom(1 / 1.5),
  0: showWhole,
  ArrowLeft: () => move(STEP, 0),
  ArrowRight: () => move(-STEP, 0),
  ArrowUp: () => move(0, STEP),
  ArrowDown: () => move(0, -STEP),
};

function drag(event) {
  const before = pointers.get(event.pointerId);
  if (!before) return;
  const other = [...pointers.values()].find((p) => p.pointerId !== event.pointerId);
  if (other) {
    const spread = (p) => Math.hypot(p.clientX - other.clientX, p.clientY - other.clientY);
    const middle = { clientX: (event.clientX + other.clientX) / 2, clientY: (event.clientY + other.clientY) / 2 };
    zoom(spread(event) / Math.max(1, spread(before)), middle);
  } else if (view.scale > 1) {
    move(event.clientX - before.clientX, event.clientY - before.clientY);
  }
  pointers.set(event.pointerId, event);
}

/** @param at  what stays in place, in window coordinates; the middle when absent */
function zoom(factor, at) {
  const scale = Math.min(LARGEST, Math.max(1, view.scale * factor));
  const box = byId('viewer-stage').getBoundingClientRect();
  const dx = at ? at.clientX - (box.left + box.width / 2) : 0;
  const dy = at ? at.clientY - (box.top + box.height / 2) : 0;
  view.x = dx - ((dx - view.x) * scale) / view.scale;
  view.y = dy - ((dy - view.y) * scale) / view.scale;
  view.scale = scale;
  move(0, 0);
}

/** Moves by window pixels, but never so far that the picture leaves the window. */
function move(dx, dy) {
  const picture = byId('viewer-picture');
  const reachX = (picture.clientWidth * (view.scale - 1)) / 2;
  const reachY = (picture.clientHeight * (view.scale - 1)) / 2;
  view.x = Math.min(reachX, Math.max(-reachX, view.x + dx));
  view.y = Math.min(reachY, Math.max(-reachY, view.y + dy));
  picture.style.transform = `translate(${view.x}px, ${view.y}px) scale(${view.scale})`;
  // From 3x on single pixels are what one wants to see.
  picture.classList.toggle('pixels', view.scale >= 3);
  byId('viewer-stage').classList.toggle('movable', view.scale > 1);
  byId('zoom-level').textContent = `${Math.round(view.scale * 100)} %`;
}

function showWhole() {
  Object.assign(view, { scale: 1, x: 0, y: 0 });
  move(0, 0);
}
