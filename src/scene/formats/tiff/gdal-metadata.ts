import type { Interpretation } from '../raster-file.ts';
import { xmlElements } from './xml-elements.ts';

/** What GDAL's metadata tag says about a file. Arrays have one entry per band. */
export interface GdalMetadata {
  readonly descriptions: readonly (string | null)[];
  readonly wavelengthsNm: readonly (number | null)[];
  readonly scales: readonly ({ readonly scale: number; readonly offset: number } | null)[];
  /** Colour meaning where GDAL had to write it out because the TIFF tags cannot say it. */
  readonly interpretation: readonly (Interpretation | null)[];
  readonly file: Readonly<Record<string, string>>;
}

/**
 * GDAL's XML in TIFF tag 42112: `<Item name="…" sample="0" role="description">…</Item>`.
 *
 * @param xml  may be empty or broken; what is not understood is left out
 */
export function parseGdalMetadata(xml: string, bands: number): GdalMetadata {
  const perBand = Array.from({ length: bands }, () => new Map<string, string>());
  const file: Record<string, string> = {};
  for (const item of xmlElements(xml)) {
    if (item.name !== 'Item') continue;
    const name = item.attributes.get('name');
    const role = item.attributes.get('role');
    const sample = item.attributes.get('sample') ?? null;
    const value = item.text.trim().slice(0, 500);
    if (!name) continue;
    if (sample === null) file[name] = value;
    else
      perBand[Number(sample)]?.set(
        role && ['description', 'scale', 'offset'].includes(role) ? role : name.toLowerCase(),
        value,
      );
  }
  return {
    descriptions: perBand.map((items) => items.get('description') || items.get('bandname') || null),
    wavelengthsNm: perBand.map(wavelengthNm),
    scales: perBand.map((items) => {
      const scale = Number(items.get('scale') ?? 1);
      const offset = Number(items.get('offset') ?? 0);
      const stated = items.has('scale') || items.has('offset');
      return stated && Number.isFinite(scale) && Number.isFinite(offset) && scale !== 0 ? { scale, offset } : null;
    }),
    interpretation: perBand.map((items) => {
      const colour = items.get('colorinterp')?.toLowerCase();
      return COLOURS.find((known) => known === colour) ?? null;
    }),
    file,
  };
}

const COLOURS = ['red', 'green', 'blue', 'alpha', 'gray', 'undefined'] as const;

/** `WAVELENGTH` with `WAVELENGTH_UNITS` (ENVI), or `CENTRAL_WAVELENGTH_UM` (GDAL's imagery domain). */
function wavelengthNm(items: ReadonlyMap<string, string>): number | null {
  const micrometres = Number(items.get('central_wavelength_um'));
  if (micrometres > 0) return micrometres * 1000;
  const value = Number(items.get('wavelength') ?? items.get('wavelength_nm') ?? items.get('center_wavelength'));
  if (!(value > 0)) return null;
  const units = items.get('wavelength_units') ?? '';
  return /micro|um|µm/i.test(units) || value < 20 ? value * 1000 : value;
}
