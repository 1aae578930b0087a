import type { Crs } from '../domain/grid.ts';

/** Codes of grids by zone: `326zz` is WGS 84 / UTM zone zz north. */
const ZONES: readonly (readonly [from: number, to: number, zone: (n: number) => string])[] = [
  [32601, 32660, (n) => `WGS 84 / UTM zone ${n - 32600}N`],
  [32701, 32760, (n) => `WGS 84 / UTM zone ${n - 32700}S`],
  [25828, 25838, (n) => `ETRS89 / UTM zone ${n - 25800}N`],
  [26901, 26923, (n) => `NAD83 / UTM zone ${n - 26900}N`],
  [32201, 32260, (n) => `WGS 72 / UTM zone ${n - 32200}N`],
];

const NAMES: Readonly<Record<number, string>> = {
  4326: 'WGS 84',
  4258: 'ETRS89',
  4269: 'NAD83',
  3857: 'WGS 84 / Pseudo-Mercator',
  3035: 'ETRS89-extended / LAEA Europe',
  2056: 'CH1903+ / LV95',
  2154: 'RGF93 v1 / Lambert-93',
  27700: 'OSGB36 / British National Grid',
  28992: 'Amersfoort / RD New',
  31370: 'BD72 / Belgian Lambert 72',
  4490: 'CGCS2000',
  5070: 'NAD83 / Conus Albers',
};

/** A CRS by name and code, as the EPSG register calls it: `WGS 84 / UTM zone 33N (EPSG:32633)`. */
export function crsLabel({ epsg, name }: Crs): string {
  if (epsg === null) return name;
  const title = NAMES[epsg] ?? ZONES.find(([from, to]) => epsg >= from && epsg <= to)?.[2](epsg);
  return title ? `${title} (EPSG:${epsg})` : name;
}
