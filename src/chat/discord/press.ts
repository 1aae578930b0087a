import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { LAND_COVERS } from '../../domain/land-cover.ts';
import { OPERATIONS, type Plan } from '../../domain/plan.ts';
import { LIMITS } from './limits.ts';

/** What one of our buttons or menus does. */
export type Press =
  | { readonly verb: 'do'; readonly plans: readonly Plan[] }
  /** The chosen value carries the plans. */
  | { readonly verb: 'pick' }
  | { readonly verb: 'ask' }
  | ForgetPress
  /** Only for the person who asked, or a moderator. */
  | { readonly verb: 'stop' | 'delete'; readonly owner: string };

/** Only seen by the person who asked: delete what this person sent anywhere, while that is what was counted; or keep it. */
export type ForgetPress = { readonly verb: 'forget'; readonly counted: string } | { readonly verb: 'keep' };

/** Changes whenever older ids would be misread: the dictionary, a verb. */
const VERSION = 's1';

/**
 * A press as a `custom_id`: everything is in it, so a button still works after a restart, on any machine and without a
 * store. Null when the plans do not fit: half of them would do something else.
 *
 * @param menu  tells two menus of one message apart
 */
export function toCustomId(press: Press, menu = ''): string | null {
  const rest = restOf(press, menu);
  const id = `${VERSION}:${press.verb}:${rest}`;
  return id.length <= LIMITS.customId ? id : null;
}

function restOf(press: Press, menu: string): string {
  if (press.verb === 'do') return packPlans(press.plans);
  if (press.verb === 'forget') return press.counted;
  return 'owner' in press ? press.owner : menu;
}

/** Null when the id is not one that this version wrote. */
export function fromCustomId(id: string): Press | null {
  const [, verb, rest = ''] = /^s1:([a-z]+):(.*)$/.exec(id) ?? [];
  switch (verb) {
    case 'do': {
      const plans = unpackPlans(rest);
      return plans && { verb, plans };
    }
    case 'pick':
    case 'ask':
    case 'keep':
      return { verb };
    case 'forget':
      return { verb, counted: rest };
    case 'stop':
    case 'delete':
      return { verb, owner: rest };
    default:
      return null;
  }
}

export function packPlans(plans: readonly Plan[]): string {
  return deflateRawSync(JSON.stringify(plans), { dictionary: DICTIONARY, level: 9 }).toString('base64url');
}

/** Null when these are not plans: the text has been to another machine. */
export function unpackPlans(packed: string): readonly Plan[] | null {
  try {
    const bytes = inflateRawSync(Buffer.from(packed, 'base64url'), {
      dictionary: DICTIONARY,
      maxOutputLength: MOST_BYTES,
    });
    const plans: unknown = JSON.parse(bytes.toString('utf8'));
    return Array.isArray(plans) && plans.length > 0 && plans.every(isPlan) ? plans : null;
  } catch {
    return null;
  }
}

/** An id of 100 characters holds less; a bomb would hold more. */
const MOST_BYTES = 4_096;

/** What plans are made of, the most frequent last: that is where deflate finds it with the fewest bits. */
const DICTIONARY = Buffer.from(
  '"minAreaM2":"maxAreaM2":"threshold":{"above":true,"value":0.false}"filter":{}"zoomRegion":"near":{"distanceM":"word":"about":"name":"other""all"' +
    '"scenes":[1,2]"scene":"region":"unit":"ha""km2""m2""acre""percent""measure":"largest""where""share""area"' +
    '"aspect":"sure""how""why""index":"mndwi""ndwi""ndmi""ndbi""savi""evi""nbr""ndvi"' +
    '"format":"png""csv""geopackage""geojson""geotiff""style":{"mode":"outline""tint","opacity":0.' +
    ['clarify', 'decline', 'help', 'list', 'rerun', 'undo', 'forget', 'correct', 'compare', 'measure', 'describe']
      .map((operation) => `[{"operation":"${operation}","targets":[]}]`)
      .join('') +
    '[{"operation":"restyle","targets":["water","building"]}][{"operation":"explain","targets":["vegetation"],"aspect":"why"}]' +
    '[{"operation":"export","targets":["vegetation","water"],"format":"geojson"}][{"operation":"index","targets":[],"index":"ndvi"}]' +
    '[{"operation":"extract","targets":["vegetation"]}]',
);

function isPlan(value: unknown): value is Plan {
  if (typeof value !== 'object' || value === null) return false;
  const { operation, targets } = value as Record<string, unknown>;
  return (
    (OPERATIONS as readonly unknown[]).includes(operation) &&
    Array.isArray(targets) &&
    targets.every((target) => (LAND_COVERS as readonly unknown[]).includes(target))
  );
}
