import type { Plan } from '../../../domain/plan.ts';
import { type Features, FOREIGN_FORMAT } from '../features.ts';
import { foundTargets, indexJustShown, targetsOr } from '../subject.ts';
import { unknownThing } from '../unknown-thing.ts';
import type { Rule } from './rule.ts';

export const exportFiles: Rule = (f, state) => {
  const wantsFormat = f.format !== null && !(f.has('zoom', 'how-many', 'how-much') && !f.has('export'));
  // "I want the mask and the table", of what has been found.
  const named = state.focus.shown === 'finding' && f.targets.length === 0 && WANTS_MASK.test(f.text);
  const wantsFiles = f.has('export') || named;
  if (!wantsFormat && !wantsFiles) return null;
  if (!wantsFormat && f.has('explain', 'how-many', 'how-much')) return null;
  const formats = f.formats.length > 0 ? f.formats : formatsByWord(f);
  // "Send a drone", "save the whales"
  const nothingOfOurs = formats.length === 0 && f.targets.length === 0 && f.index === null && !f.everything;
  const unknown = nothingOfOurs && !named && !f.has('pronoun', 'scene', 'region') ? unknownThing(f) : null;
  if (unknown) return [{ operation: 'decline', targets: [], about: f.text.slice(0, 120) }];
  const shownIndex = f.targets.length === 0 && f.index === null ? indexJustShown(state) : null;
  const foreign = f.mentions.find((m) => m.concept === 'format' && m.value === FOREIGN_FORMAT);
  // "Download everything": all that has been found here.
  const found = f.everything ? foundTargets(state) : [];
  return (formats.length > 0 ? formats : [null]).map((format) => ({
    operation: 'export',
    targets: shownIndex ? [] : found.length > 0 ? found : targetsOr(f, state),
    ...(format ? { format } : {}),
    ...(shownIndex ? { index: shownIndex } : {}),
    ...(foreign ? { word: foreign.text } : {}),
    ...(f.regions.length === 1 && f.filter?.largest === undefined ? { region: f.regions[0]! } : {}),
    ...(f.index ? { index: f.index } : {}),
    ...(f.filter ? { filter: f.filter } : {}),
  }));
};

const WANTS_MASK =
  /\b(?:want|need|give|get|have)\b.*\b(?:mask|raster|shapes|polygons|picture|image|overlay)\b|^(?:and |now )?(?:the|its) (?:mask|raster|shapes|polygons)(?: (?:of|for) (?:that|this|it|them|those|these))?$/;

/** Formats that are plain words: the picture, the mask, the table. */
function formatsByWord(f: Features): NonNullable<Plan['format']>[] {
  const formats: NonNullable<Plan['format']>[] = [];
  if (/\b(?:mask|raster)\b|掩膜/.test(f.text)) formats.push('geotiff');
  if (/\b(?:polygons?|shapes?|outlines?)\b|多边形/.test(f.text)) formats.push('geojson');
  if (f.has('list') || /表格/.test(f.text)) formats.push('csv');
  if (formats.length === 0 && /\b(?:image|picture|photo|overlay|map)\b|图(?!斑)/.test(f.text)) formats.push('png');
  return formats;
}
