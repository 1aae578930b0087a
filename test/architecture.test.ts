import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const SRC = resolve(import.meta.dirname, '../src');

/** Folder -> folders it may import, besides itself, `domain`, `errors.ts` and `log.ts`. In the order in which a message flows. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  chat: [],
  dialogue: ['spectral'],
  queue: ['stores'],
  analysis: ['scene', 'spectral', 'prompt', 'spex', 'render', 'export'],
  scene: ['export'], // the demo scene's maker writes its file
  spectral: [],
  prompt: [],
  spex: [],
  render: [],
  export: [],
  stores: [],
  domain: [],
  convert: ['spex'],
  eval: ['analysis', 'scene', 'spectral', 'prompt', 'spex', 'render', 'export'],
  cli: [
    'chat',
    'dialogue',
    'queue',
    'analysis',
    'scene',
    'spectral',
    'prompt',
    'spex',
    'render',
    'export',
    'stores',
    'convert',
    'eval',
    'main.ts',
    'config.ts',
  ],
};

/** Package -> the folders that may import it. */
const OWNERS: Readonly<Record<string, readonly string[]>> = {
  geotiff: ['scene', 'export'],
  proj4: ['scene'],
  '@cornerstonejs/codec-openjpeg': ['scene'],
  'onnxruntime-node': ['spex', 'convert'],
  '@huggingface/tokenizers': ['spex'],
  sharp: ['scene', 'render'],
  '@resvg/resvg-js': ['render'],
  '@slack/bolt': ['chat'],
  'discord.js': ['chat'],
  express: ['chat'],
  langchain: ['dialogue'],
  '@langchain/core/prompts': ['prompt', 'dialogue'],
  '@electric-sql/pglite': ['stores'],
  pg: ['stores'],
  'node-sqlite3-wasm': ['export'],
};

const importsOf = (file: string): string[] =>
  [...readFileSync(join(SRC, file), 'utf8').matchAll(/\b(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g)].map((m) => m[1]!);

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((f) => f.endsWith('.ts'));

describe.each(files.filter((f) => f.includes('/')))('src/%s', (file) => {
  const folder = file.split('/')[0]!;
  const chatPlatform = folder === 'chat' ? file.split('/')[1]! : null;

  it('imports only what its folder may import', () => {
    const allowed = [folder, 'domain', 'errors.ts', 'log.ts', ...MAY_IMPORT[folder]!]; // throws for an unknown folder
    const targets = importsOf(file)
      .filter((i) => i.startsWith('.'))
      .map((i) => relative(SRC, resolve(SRC, dirname(file), i)).split('/'));
    expect(targets.map((t) => t[0]!).filter((t) => !allowed.includes(t))).toEqual([]);
    // A platform never imports another one; what they share lies directly in chat/.
    expect(targets.filter((t) => t[0] === 'chat' && t.length > 2 && t[1] !== chatPlatform && chatPlatform)).toEqual([]);
  });

  it('leaves the packages of other folders alone', () => {
    expect(importsOf(file).filter((i) => OWNERS[i] && !OWNERS[i].includes(folder))).toEqual([]);
  });
});

it('reads the environment in config.ts only', () => {
  const readers = files.filter((f) => f !== 'config.ts' && /process\.env/.test(readFileSync(join(SRC, f), 'utf8')));
  expect(readers).toEqual([]);
});
