import { writeFile } from 'node:fs/promises';
import type { Region } from '../domain/finding.ts';
import type { LandCover } from '../domain/land-cover.ts';
import { hectares } from './region-feature.ts';

/**
 * Write regions as CSV (RFC 4180): comma, CRLF, units in the header, and a byte order mark, without which Excel does not
 * take the file for UTF-8. What is unknown is empty.
 */
export async function writeCsv(
  path: string,
  table: { readonly target: LandCover; readonly sceneName: string; readonly regions: readonly Region[] },
): Promise<void> {
  const rows = table.regions.map((region): (string | number | null)[] => [
    region.id,
    table.target,
    region.areaM2 === null ? null : Math.round(region.areaM2 * 100) / 100,
    region.areaM2 === null ? null : hectares(region.areaM2),
    Number((region.share * 100).toFixed(4)),
    region.pixels,
    region.location,
    region.centroidLonLat ? Number(region.centroidLonLat[0].toFixed(7)) : null,
    region.centroidLonLat ? Number(region.centroidLonLat[1].toFixed(7)) : null,
    Number(region.centroid[0].toFixed(2)),
    Number(region.centroid[1].toFixed(2)),
    table.sceneName,
  ]);
  await writeFile(path, `\ufeff${[HEADER, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('')}`);
}

const HEADER = [
  'region',
  'target',
  'area (m²)',
  'area (ha)',
  'share of valid pixels (%)',
  'pixels',
  'location',
  'centroid longitude (°)',
  'centroid latitude (°)',
  'centroid column (pixels)',
  'centroid row (pixels)',
  'scene',
];

/**
 * Our own numbers as they are. Text from outside never starts a formula (OWASP, "CSV Injection"), neither in its cell nor
 * behind a semicolon or tab inside: where one of those separates cells, our quotes stand inside of a cell and protect nothing.
 */
function cell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const harmless = value.replace(/^(?=\s|["'\s]*[=+\-@＝＋－＠])|(?=[=+\-@＝＋－＠])(?<=[,;|\t\r\n][\s"']*)/gu, "'");
  return /[",;|\t\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
