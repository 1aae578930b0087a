import type { Filter, Finding, Region } from '../../domain/finding.ts';
import type { LandCover } from '../../domain/land-cover.ts';
import { sensorName } from '../../domain/picture.ts';
import type { Unit } from '../../domain/plan.ts';
import type { SceneInfo } from '../../domain/scene.ts';
import { INDICES } from '../../spectral/indices.ts';
import type { Turn } from './turn.ts';

/** An area as people read it: in the unit asked for, or pixels where the ground size is unknown. */
export function areaText(
  of: { areaM2: number | null; pixels: number },
  unit: Unit | null,
  { format, texts }: Turn,
): string {
  return of.areaM2 === null ? texts.pixels(format.number(of.pixels, 0)) : format.area(of.areaM2, unit);
}

/** "at the top left": where a region lies. */
export const liesText = (region: Region, { texts }: Turn): string => texts.lies(texts.place(region.location));

export function filterText(filter: Filter, turn: Turn): string {
  const { texts, format } = turn;
  return format.list([
    ...(filter.minAreaM2 === undefined ? [] : [texts.filterMin(format.area(filter.minAreaM2))]),
    ...(filter.maxAreaM2 === undefined ? [] : [texts.filterMax(format.area(filter.maxAreaM2))]),
    ...(filter.part === undefined ? [] : [texts.filterPart(texts.place(filter.part))]),
    ...(filter.near === undefined
      ? []
      : [texts.filterNear(format.length(filter.near.distanceM), texts.target(filter.near.of))]),
    ...(filter.regions === undefined ? [] : [texts.filterRegions(filter.regions.join(', '))]),
    ...(filter.largest === undefined ? [] : [texts.filterLargest(filter.largest)]),
    ...(filter.smallest === undefined ? [] : [texts.filterSmallest(filter.smallest)]),
  ]);
}

/** `NDVI` for `ndvi`. */
export const indexSymbol = (index: string): string =>
  index in INDICES ? INDICES[index as keyof typeof INDICES].symbol : index.toUpperCase();

export const targetsText = (targets: readonly LandCover[], { texts, format }: Turn): string =>
  format.list(targets.map((t) => texts.target(t)));

/** What a person should know before trusting a finding. */
export function limitsOf(finding: Finding, scene: SceneInfo, { texts, format }: Turn): string[] {
  const { facts, provenance, evidence } = finding;
  const size = scene.pixelSizeM;
  const factor = provenance.resolutionFactor;
  const limits: string[] = [];
  if (size === null) limits.push(texts.limitNoPixelSize);
  else if (size.stated) limits.push(texts.limitStated(format.length(size.x)));
  if (scene.values === 'display') limits.push(texts.limitDisplay);
  if (provenance.bandsMissing.length > 0) limits.push(texts.limitMissing(provenance.bandsMissing.join(', ')));
  if (facts.validFraction < 0.995) limits.push(texts.limitNodata(format.percent(1 - facts.validFraction)));
  if (factor > 1) {
    limits.push(texts.limitOverview(format.number(factor, 1), size ? format.length(size.x * factor) : null));
  }
  if (scene.cloud && scene.cloud.fraction >= 0.02) {
    limits.push(texts.limitCloud(format.percent(scene.cloud.fraction), scene.cloud.rough));
  }
  const none = facts.count === 0 && finding.refines === null;
  if (none && evidence && evidence.agreement !== null && evidence.agreement < 0.3) {
    limits.push(texts.limitModelNone(indexSymbol(evidence.index), texts.target(facts.target)));
  }
  return limits;
}

/** How the bands of a scene were read, as a sentence. */
export function bandsSentence(info: SceneInfo, { texts }: Turn): string {
  const known = info.bands.flatMap(({ name }) => name ?? []).join(', ');
  const sensor = info.sensor && sensorName(info.sensor, texts.map);
  const how = info.correction.bands ? 'told' : info.bandsGuessed ? 'guessed' : 'said';
  return texts.bandEvidence(known, sensor, info.bandEvidence, how);
}

/** What was guessed, shifted, left out or stated when a scene was read: to be known before its first number is trusted. */
export const readingOf = (info: SceneInfo, turn: Turn): string[] => [
  ...(info.bandsGuessed || info.correction.bands ? [bandsSentence(info, turn)] : []),
  ...info.notes,
];

/** How a finding was made, line by line. */
export function provenanceLines(finding: Finding, { texts, format }: Turn): string[] {
  const { provenance, evidence, explanation, dropped } = finding;
  return [
    ...(explanation.length > 0 ? [texts.colon(texts.modelSaid, explanation.join(' '))] : []),
    ...(dropped.length > 0 ? [texts.limitDropped(dropped.length)] : []),
    texts.provModel(provenance.pack, provenance.packVersion),
    texts.provBands(provenance.bandsUsed.join(', ')),
    texts.provChips(provenance.chips, format.number(provenance.resolutionFactor, 1)),
    ...(provenance.threshold === undefined ? [] : [texts.provThreshold(format.number(provenance.threshold, 2))]),
    ...(evidence
      ? [texts.provIndex(indexSymbol(evidence.index), format.number(evidence.threshold, 3), evidence.method)]
      : []),
    texts.provQuestion(provenance.question),
    texts.provPrompt(provenance.promptVersion),
    texts.provTime(format.number(provenance.seconds, 1)),
  ];
}
