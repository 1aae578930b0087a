import type { Finding } from '../domain/finding.ts';
import type { Mask } from '../domain/raster.ts';
import { readMaskRows } from '../export/read-mask.ts';
import { ComponentScan, type Components } from '../spectral/find-components.ts';
import { NODATA } from './write-mask.ts';

/** The regions of a mask, and how many of its pixels were measured. */
export interface MeasuredComponents {
  readonly components: Components;
  readonly validPixels: number;
}

/** The regions of a finding, from its GeoTIFF, a few rows at a time. */
export async function readComponents({ maskFile }: Pick<Finding, 'maskFile'>): Promise<MeasuredComponents> {
  let scan: ComponentScan | null = null;
  let validPixels = 0;
  for await (const { width, of, values } of readMaskRows(maskFile)) {
    scan ??= new ComponentScan(width, of);
    scan.addRows(values);
    for (const value of values) if (value !== NODATA) validPixels++;
  }
  return { components: scan!.finish(), validPixels };
}

/** The whole mask of a finding and which pixels were measured: two bytes a pixel, for what needs them all at once. */
export async function readFinding({ maskFile }: Pick<Finding, 'maskFile'>): Promise<{ mask: Mask; valid: Uint8Array }> {
  let mask: Mask = { width: 0, height: 0, values: new Uint8Array(0) };
  let valid = new Uint8Array(0);
  for await (const { row, width, of: height, values } of readMaskRows(maskFile)) {
    if (row === 0) {
      mask = { width, height, values: new Uint8Array(width * height) };
      valid = new Uint8Array(width * height);
    }
    const at = row * width;
    for (let i = 0; i < values.length; i++) {
      mask.values[at + i] = Number(values[i] === 1);
      valid[at + i] = Number(values[i] !== NODATA);
    }
  }
  return { mask, valid };
}
