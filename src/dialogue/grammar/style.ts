import { DEFAULT_STYLE, type Style } from '../../domain/picture.ts';
import type { DialogueState } from '../state.ts';
import { findQuantities } from './quantities.ts';
import { regionsSpokenOf } from './references.ts';
import type { Mention } from './tagger.ts';

/** "Bigger" alone is about the picture. */
const CLOSER =
  /^(?:(?:make it|a (?:bit|little)|much|even|and|please|go) )*(?:bigger|larger|closer|nearer)(?: please| still)?$|^(?:再|拉)?(?:大|近)一?点$/;

const OUT = /^(?:and |ok |now |back |please )*out(?: again| please)*$/;

/** Zooming out is written as this region: the whole scene. */
export const WHOLE_SCENE = 0;

/** How the overlay shall look, or null when the clause says nothing of it. Relative wishes start from the style in force. */
export function styleIn(text: string, mentions: readonly Mention[], state: DialogueState): Partial<Style> | null {
  const style = {
    ...modeIn(text, mentions),
    ...colorIn(text, mentions),
    ...opacityIn(text, mentions, state.style.opacity ?? DEFAULT_STYLE.opacity),
    ...zoomIn(text, mentions, state),
  };
  return Object.keys(style).length > 0 ? style : null;
}

const has = (mentions: readonly Mention[], concept: Mention['concept']) => mentions.some((m) => m.concept === concept);

function modeIn(text: string, mentions: readonly Mention[]): Partial<Style> {
  if (
    /\b(?:no|without|remove|hide|drop|lose|instead of|get rid of|take away)(?: the| any)? (?:fill|filling|tint|shading)|不要填充|去掉填充/.test(
      text,
    )
  )
    return { mode: 'outline' };
  if (
    /\b(?:no|without|remove|hide|drop|lose|instead of|get rid of|take away)(?: the| an| any)? (?:outlines?|borders?|edges?|contours?)|不要(?:轮廓|边)|去掉(?:轮廓|边)/.test(
      text,
    )
  )
    return { mode: 'tint' };
  if (has(mentions, 'outline') && !SIDE.test(text)) return { mode: 'outline' };
  return has(mentions, 'fill') ? { mode: 'tint' } : {};
}

/** "Along the upper edge": a part of the picture. */
const SIDE =
  /\b(?:upper|lower|top|bottom|left|right|(?:north|south|east|west)(?:ern)?)(?:-hand)? (?:edge|border|boundary|frame)\b|\b(?:edges?|border|boundary|frame) of (?:the|this) (?:image|scene|picture|photo)\b|[上下左右东南西北]边缘/;

function colorIn(text: string, mentions: readonly Mention[]): Partial<Style> {
  const hex = /#([0-9a-f]{6}|[0-9a-f]{3})\b/.exec(text)?.[1];
  if (hex && !/^\d{1,2}$/.test(hex)) {
    return { color: `#${hex.length === 3 ? [...hex].map((digit) => digit + digit).join('') : hex}` };
  }
  // "green band", "red edge": a wavelength, no paint.
  const colors = mentions.filter(
    (m) => m.concept === 'color' && !/^\s*(?:band|channel|edge|波段|光|外|通道)/.test(text.slice(m.end)),
  );
  // "from green to red", "not green but red": the last one is wanted.
  const wanted = /\b(?:instead of|rather than)\b/.test(text) ? colors[0] : colors.at(-1);
  return wanted?.value ? { color: wanted.value } : {};
}

function opacityIn(text: string, mentions: readonly Mention[], now: number): Partial<Style> {
  const transparent = has(mentions, 'transparent');
  const opaque = has(mentions, 'opaque');
  if (!transparent && !opaque) return {};
  const number = findQuantities(text).find(
    (q) => q.kind === 'percent' || (q.kind === 'plain' && q.value >= 0 && q.value <= 100),
  );
  if (number) {
    const share = number.kind === 'percent' ? number.si : number.value > 1 ? number.value / 100 : number.value;
    return { opacity: clamp(transparent && !opaque ? 1 - share : share) };
  }
  const less =
    /\b(?:less(?! (?:intense|bright|strong))|not so|not as|reduce|decrease|lower|too(?! (?:bright|strong|dark|intense|pale|faint|weak|light)))\b|太(?![深浓亮淡浅])|别那么|不要那么|降低|减小/.test(
      text,
    );
  if (/\b(?:fully|completely|totally|entirely) opaque|完全不透明/.test(text)) return { opacity: 1 };
  if (/half[- ]transparent|semi-?transparent|半透明/.test(text)) return { opacity: 0.5 };
  // "less transparent", "too transparent" and "more opaque" are the same wish.
  return { opacity: clamp(transparent !== less ? now * 0.6 : now * 1.5) };
}

const clamp = (opacity: number): number => Math.round(Math.min(1, Math.max(0.05, opacity)) * 100) / 100;

function zoomIn(text: string, mentions: readonly Mention[], state: DialogueState): Partial<Style> {
  if (OUT.test(text)) return { zoomRegion: WHOLE_SCENE };
  if (!has(mentions, 'zoom') && !CLOSER.test(text)) return {};
  if (
    /zoom(?:ed)? (?:back )?out|(?:whole|full|entire) (?:scene|image|picture|view|extent|thing)|全图|全景|缩小|缩回/.test(
      text,
    )
  )
    return { zoomRegion: WHOLE_SCENE };
  const [region] = regionsSpokenOf(text, mentions, state);
  // "Zoom 2" is a region, "zoom 2x" is not.
  const bare = /(?:zoom|放大|聚焦)\D{0,12}?\b([1-9]\d{0,2})(?![\dx%.])/.exec(text)?.[1];
  return { zoomRegion: region ?? (bare ? Number(bare) : null) ?? state.focus.region ?? 1 };
}
