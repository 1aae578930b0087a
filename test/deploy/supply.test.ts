import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import sqlite from 'node-sqlite3-wasm';
import { env } from 'onnxruntime-node';
import sharp from 'sharp';
import { expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const { resolve: find } = createRequire(import.meta.url);

const versionOf = (name: string): string =>
  JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')).version;

async function postgresVersion(): Promise<string> {
  const database = await PGlite.create();
  const { rows } = await database.query<{ version: string }>('SELECT version()');
  await database.close();
  return rows[0]!.version.split(' (')[0]!;
}

function sqliteVersion(): string {
  const database = new sqlite.Database(':memory:');
  const { version } = database.get('SELECT sqlite_version() AS version') as { version: string };
  database.close();
  return `SQLite ${version}`;
}

/** OpenJPEG writes its version into what it encodes; here it stands beside that sentence. */
function openJpegVersion(): string {
  const encoder = join(dirname(find('@cornerstonejs/codec-openjpeg')), 'openjpegwasm.wasm');
  const text = readFileSync(encoder, 'latin1');
  expect(text).toContain('Created by OpenJPEG version ');
  const versions = new Set(text.match(/(?<![\d.])2\.\d\.\d(?![\d.])/g));
  expect(versions.size).toBe(1);
  return `OpenJPEG ${[...versions][0]}`;
}

/** Stated nowhere but in words. */
function zstandardVersion(): string {
  const readme = readFileSync(join(ROOT, 'node_modules/zstddec/README.md'), 'utf8');
  return `Zstandard ${/zstd v(\d+\.\d+\.\d+)/.exec(readme)![1]}`;
}

/** Rust leaves the folders of its crates in the binary. */
function resvgCrates(): string {
  const { platform, arch } = process;
  const system =
    platform === 'linux' ? `linux-${arch}-gnu` : platform === 'win32' ? `win32-${arch}-msvc` : `${platform}-${arch}`;
  const binary = readFileSync(
    join(ROOT, 'node_modules/@resvg', `resvg-js-${system}`, `resvgjs.${system}.node`),
    'latin1',
  );
  const crates = new Set(binary.match(/(?:tiny-skia|fontdb|rustybuzz|roxmltree|png|gif)-\d+\.\d+\.\d+(?=[/\\])/g));
  return [...crates]
    .toSorted()
    .join(', ')
    .replaceAll(/-(?=\d)/g, ' ');
}

const imageLibraries = (): string =>
  Object.entries(sharp.versions)
    .filter(([name]) => name !== 'sharp')
    .map(([name, version]) => `${name} ${version}`)
    .join(', ');

it('says which libraries in C, C++ and Rust are inside the packages', async () => {
  const rows = [
    ['@cornerstonejs/codec-openjpeg', 'WebAssembly', openJpegVersion()],
    ['@electric-sql/pglite', 'WebAssembly', await postgresVersion()],
    ['node-sqlite3-wasm', 'WebAssembly', sqliteVersion()],
    ['zstddec', 'WebAssembly', zstandardVersion()],
    ['onnxruntime-node', 'native', `ONNX Runtime ${env.versions.node}`],
    ['sharp', 'native', imageLibraries()],
    ['@resvg/resvg-js', 'native', resvgCrates()],
  ].map(([name, kind, inside]) => `| ${name} | ${versionOf(name!)} | ${kind} | ${inside} |`);
  await expect(TEXT.replace('ROWS', rows.join('\n'))).toMatchFileSnapshot('../../deploy/SUPPLY.md');
});

const TEXT = `# What is inside

Written by \`npx vitest run test/deploy -u\`; a test compares it with what is installed.

## Libraries inside of packages

\`npm audit\` knows npm packages, not the libraries compiled into them. Compare these with the advisories of their projects:

| package | version | | inside |
|---|---|---|---|
ROWS

## List of parts, advisories

\`\`\`
npm run sbom > sbom.json   # CycloneDX, without what only development needs
npm audit --omit dev       # asks the registry, so it needs a network
\`\`\`

We found no npm package that holds a copy of the advisories, so there is no check without a network here: \`@renovatebot/osv-offline\`
fetches OSV's from GitHub when it runs, and \`retire\` its own list from there. Where the bot's machine has no network, take \`sbom.json\` to one that has.

## Size

No install script runs (\`.npmrc\`), and npm installs a package whole or not at all: onnxruntime-node brings the binaries of every
system, the fonts every weight. Where space counts, in an image for example:

\`\`\`
npm ci --omit dev && npx spex-chat slim   # slim says what it freed
\`\`\`

Prompts are filled in by \`@langchain/core\`; \`langchain\` itself is loaded when \`LLM\` is set. The provider's package (\`@langchain/openai\`, \`@langchain/anthropic\`, \`@langchain/ollama\`) is
installed beside it then: \`npm ci\` has all three, \`npm ci --omit dev\` none.
`;
