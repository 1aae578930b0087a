import type { Finding } from '../domain/finding.ts';
import type { Mask } from '../domain/raster.ts';
import { readRows } from '../export/read-mask.ts';

/** Nodata in our mask files. */
const NODATA = 255;

/** The mask of a finding and which pixels were measured, from its GeoTIFF. */
export async function readFinding(finding: Pick<Finding, 'maskFile'>): Promise<{ mask: Mask; valid: Uint8Array }> {
  const blocks: { row: number; values: Uint8Array }[] = [];
  let [width, height] = [0, 0];
  for await (const block of readRows(finding.maskFile)) {
    blocks.push({ row: block.row, values: block.values as Uint8Array });
    width = block.width;
    height = block.row + block.height;
  }
  const values = new Uint8Array(width * height);
  const valid = new Uint8Array(width * height);
  for (const block of blocks) {
    const at = block.row * width;
    for (let i = 0; i < block.values.length; i++) {
      values[at + i] = Number(block.values[i] === 1);
      valid[at + i] = Number(block.values[i] !== NODATA);
    }
  }
  return { mask: { width, height, values }, valid };
}
