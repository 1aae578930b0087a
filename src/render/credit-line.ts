/**
 * What the providers of images want to be said where their images are shown, by the title of the sensor. `{year}` is that of
 * the acquisition. Adding a provider is adding a row; the first that fits counts.
 */
const CREDITS: readonly (readonly [sensor: RegExp, credit: string])[] = [
  [/synthetic/, ''],
  [/HLS/, 'NASA Harmonized Landsat and Sentinel-2; contains modified Copernicus Sentinel data {year}; Landsat: USGS'],
  [/Sentinel/, 'Contains modified Copernicus Sentinel data {year}'],
  [/Landsat/, 'Landsat image courtesy of the U.S. Geological Survey'],
  [/NAIP/, 'NAIP imagery: USDA Farm Production and Conservation'],
  [/MODIS|VIIRS/, 'NASA'],
  [/ASTER/, 'NASA / METI / AIST / Japan Space Systems'],
  [/Planet|RapidEye|SkySat/, '© {year} Planet Labs PBC'],
  [/WorldView/, '© {year} Maxar Technologies'],
  [/Pléiades Neo/, '© Airbus DS {year}'],
  [/Pléiades|SPOT/, '© CNES {year}, distribution Airbus DS'],
  [/CBERS|Amazonia/, 'INPE'],
  [/Resourcesat/, 'ISRO / NRSC'],
];

/** The credit of a scene; empty where nobody demands one or the sensor is not known. */
export function creditLine(sensor: string | null, acquiredAt: string | null): string {
  const credit = CREDITS.find(([title]) => sensor && title.test(sensor))?.[1] ?? '';
  return credit.replace(/ ?\{year\}/, acquiredAt ? ` ${acquiredAt.slice(0, 4)}` : '');
}
