import type { Filter, Finding } from '../../domain/finding.ts';
import type { LandCover } from '../../domain/land-cover.ts';
import { UserFacingError } from '../../errors.ts';
import { type DialogueState, findingOf, MAX_KEPT, type SceneEntry } from '../state.ts';
import type { Turn } from './turn.ts';

/** A finding, and the state that holds it. `fresh`: the model ran for it. */
export interface Found {
  readonly state: DialogueState;
  readonly finding: Finding;
  readonly fresh: boolean;
}

/** The unfiltered finding of a target on a scene: the one we hold, or a new one. */
export async function findTarget(
  scene: SceneEntry,
  target: LandCover,
  state: DialogueState,
  turn: Turn,
): Promise<Found> {
  const held = findingOf(state, scene.info.id, target);
  if (held) return { state, finding: held, fresh: false };
  requireGround(scene, turn);
  const finding = await turn.analyst.extract({ scene: scene.info, target }, turn.run);
  const { oddity } = finding.confidence;
  if (oddity) throw new UserFacingError('nothing-to-see', turn.texts.odd[oddity]);
  return { state: keep(state, finding), finding, fresh: true };
}

/**
 * The finding of a target with a filter: the one we hold, or cut out of the unfiltered one. Runs the model only where
 * the target (or the one it shall be near to) has not been looked for yet.
 */
export async function findFiltered(
  scene: SceneEntry,
  target: LandCover,
  filter: Filter | undefined,
  before: DialogueState,
  turn: Turn,
): Promise<Found> {
  const base = await findTarget(scene, target, before, turn);
  if (!filter || Object.keys(filter).length === 0) return base;
  const held = base.state.findings.findLast(
    (f) => f.refines?.finding === base.finding.id && sameFilter(f.refines.filter, filter),
  );
  if (held) return { ...base, finding: held };
  const near = filter.near ? await findTarget(scene, filter.near.of, base.state, turn) : null;
  const finding = await turn.analyst.refine(
    { scene: scene.info, finding: base.finding, filter, ...(near ? { near: near.finding } : {}) },
    turn.run,
  );
  return { state: keep(near?.state ?? base.state, finding), finding, fresh: base.fresh };
}

/** More cloud than this, and what is left stands for nothing. */
const MOST_CLOUD = 0.5;

/** @throws {UserFacingError} where most of the ground is not seen: a number would be one of the gaps between clouds */
function requireGround({ info, name }: SceneEntry, { texts, format }: Turn): void {
  if (!info.cloud || info.cloud.fraction <= MOST_CLOUD) return;
  throw new UserFacingError(
    'nothing-to-see',
    texts.tooCloudy(name, format.percent(info.cloud.fraction), info.cloud.rough),
  );
}

const keep = (state: DialogueState, finding: Finding): DialogueState => ({
  ...state,
  findings: [...state.findings, finding].slice(-MAX_KEPT),
});

const sameFilter = (a: Filter, b: Filter): boolean => canonical(a) === canonical(b);

const canonical = (filter: Filter): string =>
  JSON.stringify(Object.entries(filter).toSorted(([a], [b]) => (a < b ? -1 : 1)));
