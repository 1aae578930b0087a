import { fileAddress } from './api.js';
import { el, icon } from './dom.js';

/** Opacity of a mask over the ground at first, percent. */
const OPACITY = 65;
/** Around a region that is looked at, share of its longer side. */
const MARGIN = 0.5;

let library = null;

/** OpenLayers, once a map is wanted: it is larger than all the rest of the page. */
function loadLibrary() {
  library ??= new Promise((resolve, reject) => {
    document.head.append(el('link', { rel: 'stylesheet', href: '/ol.css' }));
    const script = el('script', { src: '/ol.js', on: { load: () => resolve(window.ol), error: reject } });
    document.head.append(script);
  });
  return library;
}

/**
 * A scene to move about in, with what was found on it. Regions are chosen on the map or from outside, and told to both.
 *
 * @param map  `MapLayers` with ids of files instead of files
 * @returns    `{ node, showRegion(target, id) }`; `node` sends `region` events with `{ target, id }`
 */
export function mapView(thread, map, alt, t) {
  const stage = el('div', {
    className: 'map-stage',
    tabIndex: 0,
    role: 'application',
    'aria-label': `${t('map')}. ${alt}`,
  });
  // A wide scene needs no tall map.
  stage.style.aspectRatio = `${map.width} / ${map.height}`;
  const place = el('p', { className: 'map-place quiet' }, t('mapHint'));
  const tools = el('div', { className: 'map-tools' });
  const node = el('div', { className: 'map' }, stage, el('div', { className: 'map-row' }, place, tools));
  const started = whenSeen(stage)
    .then(loadLibrary)
    .then((ol) => start(ol, { thread, map, t, node, stage, place, tools }));
  started.catch(() => stage.replaceChildren(el('p', { className: 'quiet' }, t('mapFailed'))));
  return {
    node,
    showRegion: (target, id) => started.then((view) => view.showRegion(target, id)),
  };
}

/** Maps of a long conversation are made when they come into sight. */
const whenSeen = (node) =>
  new Promise((resolve) => {
    const seen = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      seen.disconnect();
      resolve();
    });
    seen.observe(node);
  });

function start(ol, { thread, map, t, node, stage, place, tools }) {
  const { width, height, pixelSizeM, targets } = map;
  const extent = [0, 0, width, height];
  // The map's y goes up, the scene's rows go down.
  const projection = new ol.proj.Projection({
    code: 'scene',
    units: 'pixels',
    extent,
    metersPerUnit: pixelSizeM ?? undefined,
    getPointResolution: (resolution) => resolution,
  });
  const picture = (file, className) =>
    new ol.layer.Image({
      className,
      source: new ol.source.ImageStatic({
        url: fileAddress(thread, file),
        imageExtent: extent,
        projection,
        interpolate: false,
      }),
    });
  const ground = picture(map.ground, 'map-ground');
  const masks = targets.map(({ mask }) => picture(mask, 'map-mask'));
  for (const layer of masks) layer.setOpacity(OPACITY / 100);
  const marks = new ol.source.Vector();
  const measures = new ol.source.Vector();
  const outline = (color, width) => new ol.style.Style({ stroke: new ol.style.Stroke({ color, width }) });
  const view = new ol.View({
    projection,
    extent,
    showFullExtent: true,
    constrainOnlyCenter: true,
    maxResolution: Math.max(width / 200, height / 200, 1),
    minResolution: 1 / 32,
  });
  const olMap = new ol.Map({
    target: stage,
    layers: [
      ground,
      ...masks,
      new ol.layer.Vector({ source: marks, style: [outline('#000', 5), outline('#ffe600', 2.5)] }),
      new ol.layer.Vector({ source: measures, style: [outline('#000', 5), outline('#fff', 2.5)] }),
    ],
    view,
    controls: [
      new ol.control.Zoom({ zoomInTipLabel: t('zoomIn'), zoomOutTipLabel: t('zoomOut') }),
      ...(pixelSizeM ? [new ol.control.ScaleLine({ minWidth: 80 })] : []),
    ],
    interactions: ol.interaction.defaults.defaults({ onFocusOnly: false, mouseWheelZoom: false }).extend([
      // The wheel scrolls the conversation, unless the map is what one works with.
      new ol.interaction.MouseWheelZoom({
        condition: (event) =>
          stage.contains(document.activeElement) || ol.events.condition.platformModifierKeyOnly(event),
      }),
    ]),
  });
  const whole = () => view.fit(extent, { size: olMap.getSize(), padding: [8, 8, 8, 8] });
  whole();
  if (map.lonLat) stage.append(northArrow(map));

  const sizeOf = ({ box: [left, top, right, bottom] }) => (right - left) * (bottom - top);
  const hits = (col, row) =>
    targets.flatMap(({ regions }, target) =>
      regions
        .filter(({ box: [left, top, right, bottom] }) => col >= left && col < right && row >= top && row < bottom)
        .map((region) => ({ target, region })),
    );
  /** The targets whose masks cover a place of the screen. */
  const classesAt = (pixel) => masks.flatMap((layer, i) => ((layer.getData(pixel)?.[3] ?? 0) > 127 ? [i] : []));
  const mark = ({ box: [left, top, right, bottom] }) => {
    marks.clear();
    marks.addFeature(new ol.Feature(ol.geom.Polygon.fromExtent([left, height - bottom, right, height - top])));
  };

  olMap.on('pointermove', ({ coordinate: [x, y], pixel, dragging }) => {
    if (dragging) return;
    const [col, row] = [x, height - y];
    if (col < 0 || row < 0 || col >= width || row >= height) return;
    const found = classesAt(pixel).map((i) => targets[i].label);
    const at = lonLatAt(map, col / width, row / height);
    place.textContent = [
      ...(at ? [degrees(at)] : []),
      t('pixelAt', Math.floor(col), Math.floor(row)),
      ...(targets.length > 0 ? [found.join(', ') || t('nothingThere')] : []),
    ].join(' · ');
  });
  olMap.on('singleclick', ({ coordinate: [x, y], pixel }) => {
    const classes = classesAt(pixel);
    // Boxes overlap; the smallest around the place is most likely the one meant.
    const [hit] = hits(x, height - y)
      .filter(({ target }) => classes.includes(target))
      .toSorted((a, b) => sizeOf(a.region) - sizeOf(b.region));
    marks.clear();
    if (!hit) return;
    mark(hit.region);
    node.dispatchEvent(
      new CustomEvent('region', { detail: { target: targets[hit.target].target, id: hit.region.id } }),
    );
  });

  tools.append(
    ...targets.map(({ label, color }) => legend(label, color)),
    button(t('zoomFit'), 'grow', whole),
    ...(targets.length > 0
      ? [
          slider(t('opacity'), OPACITY, (percent) => {
            for (const layer of masks) layer.setOpacity(percent / 100);
          }),
          slider(t('swipe'), 100, swipe(olMap, masks)),
          toggle(t('muted'), (on) => stage.classList.toggle('muted', on), true),
        ]
      : []),
    ...(pixelSizeM ? [toggle(t('measure'), measuring(ol, olMap, measures, place, pixelSizeM, t))] : []),
  );

  return {
    showRegion(target, id) {
      const region = targets.find((each) => each.target === target)?.regions.find((each) => each.id === id);
      if (!region) return;
      const [left, top, right, bottom] = region.box;
      const margin = Math.max(8, MARGIN * Math.max(right - left, bottom - top));
      mark(region);
      view.fit([left - margin, height - bottom - margin, right + margin, height - top + margin], {
        size: olMap.getSize(),
        duration: matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 300,
      });
    },
  };
}

/** What was found is shown up to a share of the map's width, the ground alone beyond it. */
function swipe(olMap, masks) {
  let share = 1;
  for (const layer of masks) {
    layer.on('prerender', ({ context }) => {
      const { width, height } = context.canvas;
      context.save();
      context.beginPath();
      context.rect(0, 0, width * share, height);
      context.clip();
    });
    layer.on('postrender', ({ context }) => context.restore());
  }
  return (percent) => {
    share = percent / 100;
    olMap.render();
  };
}

function measuring(ol, olMap, source, place, pixelSizeM, t) {
  const draw = new ol.interaction.Draw({ source, type: 'LineString' });
  draw.on('drawstart', ({ feature }) => {
    source.clear();
    feature.getGeometry().on('change', ({ target }) => {
      place.textContent = t('length', lengthText(target.getLength() * pixelSizeM));
    });
  });
  return (on) => {
    source.clear();
    if (on) olMap.addInteraction(draw);
    else olMap.removeInteraction(draw);
  };
}

const lengthText = (metres) =>
  metres >= 1000 ? `${(metres / 1000).toPrecision(3)} km` : `${Number(metres.toPrecision(3))} m`;

function legend(label, color) {
  const swatch = el('span', { className: 'map-swatch' });
  swatch.style.background = color;
  return el('span', { className: 'map-tool' }, swatch, label);
}

const button = (label, name, act) =>
  el(
    'button',
    { type: 'button', className: 'icon-button small', title: label, 'aria-label': label, on: { click: act } },
    icon(name),
  );

const slider = (label, value, act) => {
  const input = el('input', { type: 'range', min: 0, max: 100, on: { input: () => act(Number(input.value)) } });
  input.value = value;
  return el('label', { className: 'map-tool' }, el('span', {}, label), input);
};

const toggle = (label, act, checked = false) => {
  const input = el('input', { type: 'checkbox', checked, on: { change: () => act(input.checked) } });
  if (checked) act(true);
  return el('label', { className: 'map-tool' }, input, el('span', {}, label));
};

/** Longitude and latitude at shares of the ground's width and height, between the points of the lattice. */
function lonLatAt({ lonLat }, across, down) {
  if (!lonLat) return null;
  const side = Math.sqrt(lonLat.length);
  const [u, v] = [across * (side - 1), down * (side - 1)];
  const [col, row] = [Math.min(Math.floor(u), side - 2), Math.min(Math.floor(v), side - 2)];
  const [s, r] = [u - col, v - row];
  return [0, 1].map((k) => {
    const at = (i, j) => lonLat[(row + j) * side + col + i][k];
    return (at(0, 0) * (1 - s) + at(1, 0) * s) * (1 - r) + (at(0, 1) * (1 - s) + at(1, 1) * s) * r;
  });
}

const degrees = ([lon, lat]) =>
  `${Math.abs(lat).toFixed(5)}° ${lat < 0 ? 'S' : 'N'}, ${Math.abs(lon).toFixed(5)}° ${lon < 0 ? 'W' : 'E'}`;

/** Points to true north at the middle of the ground. */
function northArrow(map) {
  const [step, ratio] = [0.01, map.width / map.height];
  const [here, right, down] = [
    [0.5, 0.5],
    [0.5 + step, 0.5],
    [0.5, 0.5 + step * ratio],
  ].map(([u, v]) => lonLatAt(map, u, v));
  const shrink = Math.cos((here[1] * Math.PI) / 180);
  const [rightEast, rightNorth] = [(right[0] - here[0]) * shrink, right[1] - here[1]];
  const [downEast, downNorth] = [(down[0] - here[0]) * shrink, down[1] - here[1]];
  // right · p + down · q = (east 0, north 1)
  const determinant = rightEast * downNorth - downEast * rightNorth;
  const angle = Math.atan2(-downEast / determinant, -(rightEast / determinant));
  const arrow = el('div', { className: 'map-north', 'aria-hidden': 'true' }, el('span', {}, 'N'), icon('send'));
  arrow.style.transform = `rotate(${angle}rad)`;
  return arrow;
}
