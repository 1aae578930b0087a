import type { Finding } from '../domain/finding.ts';
import type { Mask } from '../domain/raster.ts';
import { readRows } from '../export/read-mask.ts';

/** Nodata in our mask files. */
const NODATA = 255;

/** The mask of a finding and which pixels were measured, from its GeoTIFF. */
export async function readFinding(finding: Pick<Finding, 'maskFile'>): Promise<{ mask: Mask; valid: Uint8Array }> {
  let mask: Mask = { width: 0, height: 0, values: new Uint8Array(0) };
  let valid = new Uint8Array(0);
  for await (const block of readRows(finding.maskFile)) {
    const { width, of: height } = block;
    if (block.row === 0) {
      mask = { width, height, values: new Uint8Array(width * height) };
      valid = new Uint8Array(width * height);
    }
    const at = block.row * width;
    for (let i = 0; i < block.values.length; i++) {
      mask.values[at + i] = Number(block.values[i] === 1);
      valid[at + i] = Number(block.values[i] !== NODATA);
    }
  }
  return { mask, valid };
}
