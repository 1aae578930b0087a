import type { Change, Finding } from '../../domain/finding.ts';
import type { LegendText } from '../../domain/picture.ts';
import type { Unit } from '../../domain/plan.ts';
import type { Turn } from './turn.ts';

type Language = Pick<Turn, 'texts' | 'format'>;

/** What the legend of a picture says of a finding: the numbers of the reply, in its words and units. */
export function legendOf({ facts }: Finding, unit: Unit | null, { texts, format }: Language): LegendText {
  const size = facts.areaM2 === null ? [] : [format.area(facts.areaM2, unit)];
  const count = texts.legendRegions(facts.count, format.number(facts.count, 0));
  return { label: texts.Target(facts.target), value: [...size, format.percent(facts.share), count].join(' · ') };
}

/** The same of one of its regions, where the picture is about that one. */
export function regionLegendOf(
  finding: Finding,
  id: number,
  unit: Unit | null,
  { texts, format }: Language,
): LegendText {
  const region = finding.facts.regions.find((r) => r.id === id)!;
  const size = region.areaM2 === null ? [] : [format.area(region.areaM2, unit)];
  return {
    label: texts.legendRegion(texts.Target(finding.facts.target), id),
    value: [...size, format.percent(region.share)].join(' · '),
  };
}

/** What the legend of a change map says of what stayed, came and went. */
export function changeLegendOf(
  change: Change,
  unit: Unit | null,
  { texts, format }: Language,
): Readonly<Record<'kept' | 'gained' | 'lost', LegendText>> {
  const row = (kind: 'kept' | 'gained' | 'lost', areaM2: number | null, share: number): LegendText => ({
    label: texts.changeLegend(texts.Target(change.target), kind),
    value: [...(areaM2 === null ? [] : [format.area(areaM2, unit)]), format.percent(share)].join(' · '),
  });
  return {
    kept: row('kept', change.keptM2, change.keptShare),
    gained: row('gained', change.gainedM2, change.gainedShare),
    lost: row('lost', change.lostM2, change.lostShare),
  };
}
