import type { Plan } from '../../domain/plan.ts';
import type { DialogueState } from '../state.ts';
import { findQuantities, type Quantity } from './quantities.ts';
import type { Mention } from './tagger.ts';

/** The regions a clause speaks of, by id (1 = largest), in its order: "region 3", "the second one", "#2", 第二块. */
export function regionsSpokenOf(text: string, mentions: readonly Mention[], state: DialogueState): number[] {
  const ids: number[] = [];
  for (const match of text.matchAll(
    /(?:\b(?:regions?|patch(?:es)?|polygons?|segments?|blobs?|parcels?|pieces?|number|nr\.?|no\.) ?#?|#|斑块|图斑|区域|地块|编号)(\d{1,4})/g,
  )) {
    ids.push(Number(match[1]));
    for (const more of text
      .slice(match.index + match[0].length)
      .matchAll(/^\s*(?:,|and|to|和|与|到)\s*(?:region |patch |#|区域|图斑)?(\d{1,4})\b(?! ?(?:ha|m|km|%))/g)) {
      ids.push(Number(more[1]));
    }
  }
  // "Size of number two"
  if (ids.length === 0) {
    for (const q of findQuantities(text)) {
      if (q.kind === 'plain' && /\b(?:region|patch|polygon|parcel|number) $/.test(text.slice(0, q.start)))
        ids.push(q.value);
    }
  }
  if (ids.length > 0) return [...new Set(ids)];
  // "How far apart are 1 and 3?"
  if (mentions.some((m) => m.concept === 'distance')) {
    const bare = findQuantities(text).filter((q) => q.kind === 'plain' && Number.isInteger(q.value) && q.value > 0);
    const named = bare.filter((q) => !/(?:largest|biggest|closest)/.test(text.slice(q.end, q.end + 9)));
    if (named.length === 2) return named.map((q) => q.value);
  }
  const possessive = /(?:^|\s)(\d{1,3})'s\b/.exec(text)?.[1];
  if (possessive) return [Number(possessive)];
  const { region } = state.focus;
  if (region !== null && region > 1 && /\bprevious (?:one|region|patch)?\s*$|上一[个块处片]/.test(text))
    return [region - 1];
  if (region !== null && /\bnext (?:one|region|patch|largest|biggest)?\s*$|\bthe next\b|下一[个块处片]/.test(text))
    return [region + 1];
  const ordinals = findQuantities(text).filter(
    (q) => q.kind === 'ordinal' && !isOrdinalOfOther(text, q.end) && !isSceneAgain(text, q, state),
  );
  const counts =
    state.focus.counted === 'scenes' && !mentions.some((m) => m.concept === 'largest' || m.concept === 'region');
  if (counts) return [];
  const smallest = mentions.some((m) => m.concept === 'smallest');
  if (ordinals.length > 0 && !smallest) return ordinals.map((q) => q.value);
  if (mentions.some((m) => m.concept === 'largest')) {
    const two = /\b(?:two|2) (?:largest|biggest)|最大的?(?:两|2)/.test(text);
    if (two && mentions.some((m) => m.concept === 'distance')) return [1, 2];
    // "The five biggest" are no single one.
    const several =
      /\b(?:\d{1,3}|two|three|four|five|six|seven|eight|nine|ten|dozen|few) (?:very )?(?:largest|biggest)|最大的?(?:[两三四五六七八九十几]|\d+)|前(?:[两三四五六七八九十]|\d+)/;
    return several.test(text) ? [] : [1];
  }
  if (/\bthe last (?:one|region|patch)\b|最后一[个块]/.test(text) && state.focus.counted === 'regions') return [];
  return [];
}

/** "Water in the first image" – "and in the second?" */
const isSceneAgain = (text: string, ordinal: Quantity, state: DialogueState): boolean =>
  typeof state.lastPlans.at(-1)?.scene === 'number' &&
  /\b(?:in|on|for|from) the $|^(?:那|还有)?第$/.test(text.slice(0, ordinal.start)) &&
  /^(?: one)?\s*[?？呢]?$/.test(text.slice(ordinal.end));

/** "the third band", "the second image", "first date", 第五波段: no region. */
function isOrdinalOfOther(text: string, end: number): boolean {
  return /^\s*(?:band|channel|image|scene|picture|photo|file|date|time|question|upload|个?波段|张|幅|景|期|次|步|个?通道)/.test(
    text.slice(end),
  );
}

/** The scene a clause speaks of: a 1-based place, `other`, `all`, or undefined for the current one. */
export function sceneSpokenOf(text: string, mentions: readonly Mention[], state: DialogueState): Plan['scene'] {
  if (mentions.some((m) => m.concept === 'all-scenes')) return 'all';
  if (
    /\b(?:both|all|each|every)(?: of)?(?: the)? (?:images?|scenes?|pictures?|dates?|files?|photos?)\b|\b(?:for|in|on|from|of|across) both\b/.test(
      text,
    )
  )
    return 'all';
  if (
    state.scenes.length > 1 &&
    /\bwhich (?:of (?:the|these|those) (?:two |three )?)?(?:images?|scenes?|pictures?|photos?|dates?|files?)\b|哪[一]?[张幅景]/.test(
      text,
    )
  )
    return 'all';
  const numbered = findQuantities(text).find(
    (q) =>
      q.kind === 'plain' &&
      Number.isInteger(q.value) &&
      q.value < 1000 &&
      /(?:\b(?:image|scene|picture|photo|file|upload)s? ?(?:number |no\.? ?|nr\.? ?|#)?|影像|图像|图片|场景|图)$/.test(
        text.slice(0, q.start),
      ) &&
      !/^\s*[张个]/.test(text.slice(q.end)),
  );
  if (numbered) return numbered.value;
  const ordinal = findQuantities(text).find(
    (q) =>
      q.kind === 'ordinal' &&
      /^\s*(?:(?:\w+ )?(?:image|scene|picture|photo|file|date|upload)|张|幅|景|期)/.test(text.slice(q.end)),
  );
  if (ordinal) return ordinal.value;
  const again = findQuantities(text).find((q) => q.kind === 'ordinal' && isSceneAgain(text, q, state));
  if (again) return again.value;
  if (state.focus.counted === 'scenes') {
    const bare = findQuantities(text).find((q) => q.kind === 'ordinal');
    if (bare) return bare.value;
  }
  if (
    /\b(?:last|latest) (?:image|scene|picture|photo|file|upload)\b|最后一[张幅]/.test(text) &&
    state.scenes.length > 0
  )
    return state.scenes.length;
  if (
    state.scenes.length > 1 &&
    /\b(?:newest|most recent|newer|later|after|latest) (?:image|scene|picture|photo|file|date|one)\b|最新的?[一那]?[张幅]|(?:较新|后来|后)的?[那一]?[张幅期]/.test(
      text,
    )
  ) {
    return placeByAge(state, 'newest');
  }
  if (
    state.scenes.length > 1 &&
    /\b(?:oldest|older|earliest|earlier|original|before) (?:image|scene|picture|photo|file|date|one)\b|最早的?[一那]?[张幅]|(?:较早|以前|之前|前)的?[那一]?[张幅期]/.test(
      text,
    )
  ) {
    return placeByAge(state, 'oldest');
  }
  if (mentions.some((m) => m.concept === 'other-scene')) return 'other';
  if (
    /\b(?:other|previous|prior|preceding|former) (?:image|scene|picture|photo|file|one|date)\b|另[外]?一?[张幅景个]/.test(
      text,
    )
  )
    return 'other';
  return sceneByName(text, state);
}

/** The scene of the first or last date; in the order of arrival where a date is unknown. */
function placeByAge({ scenes }: DialogueState, wanted: 'oldest' | 'newest'): number {
  const dates = scenes.map((scene) => scene.info.acquiredAt ?? '');
  if (dates.includes('')) return wanted === 'oldest' ? 1 : scenes.length;
  const ordered = dates.toSorted();
  return dates.indexOf((wanted === 'oldest' ? ordered[0] : ordered.at(-1))!) + 1;
}

/** A scene whose name, or a telling word of it, stands in the text. */
function sceneByName(text: string, state: DialogueState): number | undefined {
  if (state.scenes.length === 0) return undefined;
  const matches = state.scenes.flatMap((scene, i) => {
    const name = scene.name.toLowerCase().replace(/\.[a-z0-9]{2,5}$/, '');
    return name.length >= 3 && text.includes(name) ? [{ place: i + 1, length: name.length }] : [];
  });
  const best = matches.toSorted((a, b) => b.length - a.length)[0];
  if (best) return best.place;
  const words = new Set(text.match(/[a-z]{4,}|\d{4}/g) ?? []);
  const byWord = state.scenes.flatMap((scene, i) => {
    const own = `${scene.name} ${scene.info.acquiredAt ?? ''}`.toLowerCase().match(/[a-z]{4,}|\d{4}/g) ?? [];
    return own.some((w) => words.has(w) && !GENERIC_NAME_WORDS.has(w)) ? [i + 1] : [];
  });
  // A word that fits several scenes names none of them.
  return byWord.length === 1 && state.scenes.length > 1 ? byWord[0] : undefined;
}

const GENERIC_NAME_WORDS: ReadonlySet<string> = new Set(
  'image scene picture photo file band bands float uint tiff sentinel landsat test crop clip mask vegetation water building buildings tile part small large north south east west demo map show with this that from'.split(
    ' ',
  ),
);
