/** What Landsat's `*_MTL.txt`, or the same as JSON, says. */
export interface LandsatMetadata {
  /** `2019-07-27T14:17:51Z` */
  readonly acquiredAt: string | null;
  /** `LANDSAT_8` */
  readonly spacecraft: string | null;
  /** From DN to reflectance, by band code (`B4`); level 1 divided by the sine of the sun's elevation. */
  readonly reflectance: ReadonlyMap<string, { readonly scale: number; readonly offset: number }>;
}

/**
 * @param text  any text; null is returned for what is no MTL file
 * @see USGS Landsat 8-9 data format control book, LSDS-1822
 */
export function parseLandsatMtl(text: string): LandsatMetadata | null {
  const values = text.trimStart().startsWith('{') ? valuesOfJson(text) : valuesOfText(text);
  if (!values) return null;
  const value = (key: string): string | null => values.get(key) ?? null;
  // A level 2 file repeats the level 1 factors in a later group: the first are those of the files.
  const surface = /L2S[PR]/.test(value('PROCESSING_LEVEL') ?? '');
  const elevation = Number(value('SUN_ELEVATION') ?? Number.NaN);
  const sun = surface || !(elevation > 0) ? 1 : Math.sin((elevation * Math.PI) / 180);
  const reflectance = new Map<string, { scale: number; offset: number }>();
  for (const [key, text] of values) {
    const band = /^REFLECTANCE_MULT_BAND_(\d+)$/.exec(key)?.[1];
    const scale = Number(text);
    const offset = Number(value(`REFLECTANCE_ADD_BAND_${band}`) ?? Number.NaN);
    if (band && scale > 0 && Number.isFinite(offset) && !reflectance.has(`B${band}`)) {
      reflectance.set(`B${band}`, { scale: scale / sun, offset: offset / sun });
    }
  }
  const date = value('DATE_ACQUIRED');
  const time = /^\d\d:\d\d:\d\d/.exec(value('SCENE_CENTER_TIME') ?? '')?.[0];
  return {
    acquiredAt: date && /^\d{4}-\d\d-\d\d$/.test(date) ? (time ? `${date}T${time}Z` : date) : null,
    spacecraft: value('SPACECRAFT_ID'),
    reflectance,
  };
}

const ROOTS: ReadonlySet<unknown> = new Set(['L1_METADATA_FILE', 'LANDSAT_METADATA_FILE']);

/** The first value of every key; null for another file. */
function valuesOfText(text: string): ReadonlyMap<string, string> | null {
  const values = new Map<string, string>();
  let isMtl = false;
  for (const line of text.split('\n')) {
    const equals = line.indexOf('=');
    if (equals < 0) continue;
    const key = line.slice(0, equals).trim();
    const value = unquoted(line.slice(equals + 1).trim());
    isMtl ||= key === 'GROUP' && ROOTS.has(value);
    if (!values.has(key)) values.set(key, value);
  }
  return isMtl ? values : null;
}

function valuesOfJson(text: string): ReadonlyMap<string, string> | null {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return null;
  }
  const [root, groups] = Object.entries(content ?? {})[0] ?? [];
  if (!ROOTS.has(root)) return null;
  const values = new Map<string, string>();
  for (const group of Object.values(groups ?? {})) {
    for (const [key, value] of Object.entries(group ?? {})) if (!values.has(key)) values.set(key, String(value));
  }
  return values;
}

const unquoted = (text: string): string =>
  text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
