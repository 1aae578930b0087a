import { LOCATIONS, type Location } from '../../domain/grid.ts';
import type { Language } from '../../domain/message.ts';
import type { SceneInfo } from '../../domain/scene.ts';
import { en, type Texts } from './en.ts';
import { zh } from './zh.ts';

export type { Texts };

/** The message catalogues. Adding a language is adding a file and a row here. */
export const TEXTS: Readonly<Record<Language, Texts>> = { en, zh };

/** Where pixels are coarser than this, roofs cannot be told from what lies between them (m). */
const ROOFS_M = 2;

/** The catalogue for what is said of a scene: coarse pixels show built-up land, not buildings, and where north is up it is named. */
export function textsOf(language: Language, scene: SceneInfo | undefined): Texts {
  const texts = TEXTS[language];
  const isCoarse = (scene?.pixelSizeM?.x ?? 0) > ROOFS_M;
  return {
    ...texts,
    ...(isCoarse && {
      target: (target) => (target === 'building' ? texts.builtUp : texts.target(target)),
      Target: (target) => (target === 'building' ? texts.BuiltUp : texts.Target(target)),
    }),
    ...(scene &&
      isNorthUp(scene) && {
        place: (place) => (isLocation(place) ? texts.compass[place] : texts.place(place)),
        lies: texts.liesIn,
      }),
  };
}

const isLocation = (place: string): place is Location => (LOCATIONS as readonly string[]).includes(place);

/** Not at the poles, where every side may be south, and not turned by more than about six degrees. */
function isNorthUp({ grid: { transform }, boundsLonLat }: SceneInfo): boolean {
  if (!transform || !boundsLonLat || Math.max(Math.abs(boundsLonLat[1]), Math.abs(boundsLonLat[3])) > 75) return false;
  const [a, b, , d, e] = transform;
  return a > 0 && e < 0 && Math.abs(b) < a / 10 && Math.abs(d) < -e / 10;
}
