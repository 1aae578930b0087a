import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { PNG } from 'pngjs';
import type { Block, ChatAdapter, InboundMessage, Progress, Reply } from '../../src/domain/message.ts';
import type { Artefact } from '../../src/domain/picture.ts';

export interface EchoBotOptions {
  /** Pictures and files land here. */
  readonly folder: string;
  /** After every progress update: milliseconds, or until this is settled. */
  readonly pace: number | ((progress: Progress, signal: AbortSignal) => Promise<unknown>);
}

/**
 * Stands in for everything behind a chat adapter: downloads what was sent, reports progress, and answers with a reply
 * that has every kind of block. `fail` and `break` in a message make it fail as expected and unexpectedly.
 */
export function echoBot(adapter: ChatAdapter, { folder, pace }: EchoBotOptions) {
  const running = new Map<string, AbortController>();
  const received: InboundMessage[] = [];

  async function work(message: InboundMessage): Promise<void> {
    if (message.plans?.some((p) => p.operation === 'cancel')) {
      running.get(message.conversation)?.abort();
      return;
    }
    const control = new AbortController();
    running.set(message.conversation, control);
    const reply = await adapter.post(message);
    try {
      await mkdir(folder, { recursive: true });
      for (const [i, file] of message.files.entries()) {
        await adapter.download(file, join(folder, `scene-${i}`), 2 ** 30, control.signal);
      }
      for (const progress of PROGRESS) {
        await reply.update(progress);
        if (typeof pace === 'number') await wait(pace, undefined, { signal: control.signal });
        else await pace(progress, control.signal);
      }
      await reply.finish(await answer(message));
    } catch (error) {
      if (!control.signal.aborted) throw error;
      await reply.finish(words('Stopped. What was measured before is kept.', { failure: { code: 'cancelled' } }));
    }
  }

  async function answer(message: InboundMessage): Promise<Reply> {
    if (message.plans?.some((p) => p.operation === 'forget')) {
      return words('I have deleted 1 scene and 2 results.', { plans: message.plans, forgotten: true });
    }
    if (/\bfail\b/.test(message.text)) {
      return words('I can’t compute NDVI on this scene: it has no nir band. Present: red, green, blue.', {
        failure: { code: 'band-missing' },
      });
    }
    if (/\bbreak\b/.test(message.text)) {
      return words('Something broke on my side and I have logged it as 7c3f9a12. Trying again may help.', {
        failure: { code: 'incident', incident: '7c3f9a12' },
      });
    }
    if (/how (big|many)|largest/i.test(message.text)) return words('The largest region has 12.4 ha.', {}, 'measured');
    return { blocks: await overlayBlocks(folder), language: 'en', plans: [], facts: [] };
  }

  return {
    received,
    onMessage: async (message: InboundMessage): Promise<void> => {
      received.push(message);
      void work(message);
    },
  };
}

const words = (text: string, more: Partial<Reply>, voice: 'plain' | 'measured' = 'plain'): Reply => ({
  blocks: [{ kind: 'text', voice, text }],
  language: 'en',
  plans: [],
  facts: [],
  ...more,
});

const PROGRESS: readonly Progress[] = [
  { stage: 'queued', done: 0, total: 0 },
  { stage: 'downloading', done: 1, total: 1 },
  { stage: 'reading', done: 2, total: 6 },
  { stage: 'reading', done: 6, total: 6 },
  { stage: 'indexing', done: 0, total: 0 },
  { stage: 'looking', done: 1, total: 4 },
  { stage: 'looking', done: 4, total: 4 },
  { stage: 'masking', done: 3, total: 4 },
  { stage: 'measuring', done: 0, total: 0 },
  { stage: 'explaining', done: 0, total: 0, sentence: 'Vegetation covers the north and west of the scene.' },
  { stage: 'explaining', done: 0, total: 0, sentence: 'The largest patch is a broad stand in the top-left part.' },
  { stage: 'drawing', done: 0, total: 0 },
];

async function overlayBlocks(folder: string): Promise<Block[]> {
  const picture = await keep(folder, 'vegetation-overlay.png', 'image/png', overlayPicture(768, 640));
  const files = [
    await keep(folder, 'demo.vegetation.geojson', 'application/geo+json', Buffer.from('{"type":"FeatureCollection"}')),
    await keep(folder, 'demo.vegetation.mask.tif', 'image/tiff', Buffer.alloc(262_144, 1)),
    await keep(folder, 'regions.csv', 'text/csv', Buffer.from('id,area_ha\n1,12.4\n')),
  ];
  return [
    {
      kind: 'headline',
      title: 'Vegetation',
      numbers: [
        { label: 'Area', value: '42.1 ha' },
        { label: 'Share of the scene', value: '37 %' },
        { label: 'Regions', value: '18' },
        { label: 'Largest', value: '12.4 ha' },
      ],
    },
    {
      kind: 'picture',
      artefact: picture,
      alt: 'Vegetation overlay: 42.1 ha, 37 % of the scene, mostly in the north and west.',
    },
    {
      kind: 'text',
      voice: 'measured',
      text: 'Vegetation covers 42.1 ha, 37 % of the valid pixels, in 18 regions. Mean NDVI is 0.71 inside and 0.18 outside.',
    },
    {
      kind: 'text',
      voice: 'model',
      text: 'Vegetation covers the north and west of the scene. The largest patch is a broad stand in the top-left part.',
    },
    {
      kind: 'text',
      voice: 'limits',
      text: 'Pixels are 10 m: single trees and narrow hedges are not resolved. 2 % of the scene has no data.',
    },
    {
      kind: 'table',
      caption: 'Largest regions',
      columns: [
        { title: 'Region', align: 'right' },
        { title: 'Area', align: 'right' },
        { title: 'Share of the scene', align: 'right' },
        { title: 'Where', align: 'left' },
      ],
      rows: [
        ['1', '1,103 ha', '42.1%', 'top centre'],
        ['2', '996.7 ha', '38%', 'bottom centre'],
        ['3', '2.22 ha', '0.08%', 'centre'],
      ],
    },
    {
      kind: 'details',
      title: 'How this was computed',
      lines: [
        'Sentinel-2, read as blue, green, red, nir, swir16, swir22',
        'NDVI, Otsu threshold 0.42; agreement with the model 0.88 IoU',
        'spex-compact 1.0, prompt v1, 4 chips, 1.9 s',
      ],
    },
    { kind: 'files', artefacts: files },
    {
      kind: 'actions',
      actions: [
        { label: 'Show water', plans: [{ operation: 'extract', targets: ['water'] }], style: 'primary' },
        { label: 'Why?', plans: [{ operation: 'explain', targets: ['vegetation'] }] },
        { label: 'Export GeoPackage', plans: [{ operation: 'export', targets: [], format: 'geopackage' }] },
      ],
    },
  ];
}

async function keep(folder: string, name: string, mediaType: string, bytes: Buffer): Promise<Artefact> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return { name, path, mediaType, bytes: bytes.length };
}

/** Fields, a river and a tinted wood: enough like an overlay to design a page around it. */
function overlayPicture(width: number, height: number): Buffer {
  const png = new PNG({ width, height });
  for (let row = 0; row < height; row++) {
    for (let col = 0; col < width; col++) {
      const u = col / width;
      const v = row / height;
      const texture = 9 * Math.sin(col * 0.9 + Math.sin(row * 0.31) * 3) * Math.sin(row * 0.7);
      const field =
        (Math.floor(u * 9 + 0.4 * Math.sin(v * 7)) * 31 + Math.floor(v * 7 + 0.5 * Math.sin(u * 5)) * 57) % 60;
      const river = Math.abs(v - 0.62 - 0.1 * Math.sin(u * 6)) < 0.022;
      const wood = Math.hypot(u - 0.22, (v - 0.24) * 1.2) + 0.05 * Math.sin(u * 30) * Math.sin(v * 24) < 0.24;
      const edge = wood && Math.hypot(u - 0.22, (v - 0.24) * 1.2) + 0.05 * Math.sin(u * 30) * Math.sin(v * 24) > 0.233;
      const colour = edge
        ? [255, 240, 120]
        : river
          ? [44, 74, 96]
          : wood
            ? [64, 150, 62]
            : [120 + field, 112 + field * 0.7, 84 + field * 0.3];
      for (let i = 0; i < 3; i++)
        png.data[(row * width + col) * 4 + i] = Math.max(0, Math.min(255, colour[i]! + (edge ? 0 : texture)));
      png.data[(row * width + col) * 4 + 3] = 255;
    }
  }
  return PNG.sync.write(png);
}
