import type { Run } from '../domain/analyst.ts';
import type { RegionAttribute } from '../domain/attribute.ts';
import type { BandName } from '../domain/band.ts';
import type { LandCover } from '../domain/land-cover.ts';
import { buildPrompt } from '../prompt/build-prompt.ts';
import { mishears } from '../prompt/check-explanation.ts';
import type { Scene } from '../scene/sampling/scene-reader.ts';
import { chooseIndex, type IndexChoice } from '../spectral/choose-index.ts';
import { type IndexMask, indexMask } from '../spectral/index-mask.ts';
import { regionAttributes } from '../spectral/region-attributes.ts';
import { maskThreshold } from '../spex/mask-threshold.ts';
import type { Pack } from '../spex/pack.ts';
import { decisionLogit } from '../spex/pack.ts';
import { resizeLogits } from '../spex/resize-logits.ts';
import type { Answer, AnswerOptions } from '../spex/spex-model.ts';
import type { Chip } from '../spex/vision-encoder.ts';
import { blendLook } from './blend-look.ts';
import { CHIP_OVERLAP, layOutChips, wholeSceneChip } from './chips.ts';
import { ForetoldIou } from './foretold-iou.ts';
import { type Look, landBands, modelInput, readLook } from './look.ts';
import { type Oddity, oddLook } from './odd-look.ts';
import { type BlendedRows, RowBlender } from './row-blender.ts';
import { RowEnlarger } from './row-enlarger.ts';
import { whitePoint } from './white-point.ts';

/** What the evaluation changes to see what it is worth; the bot changes nothing. */
export interface Experiment {
  /** No list, the list of another target, or any other list. */
  readonly attributes?: 'none' | LandCover | readonly RegionAttribute[];
  /** Bands to treat as missing. */
  readonly hide?: ReadonlySet<BandName>;
  /** Pool the answer's hidden states into one prompt token instead of the pack's number. */
  readonly singleCondensationToken?: boolean;
  /** Prompt the mask with the hidden states of the answer about another target. */
  readonly answerOf?: LandCover;
}

/** What of the model a segmentation needs: `SpexModel` itself, or what stands before it in another process. */
export interface Answering {
  readonly pack: Pack;
  /** What of a chip `answer` needs; the chip's pixels are known by `key`. */
  encode(chip: Chip, key: string): Promise<object>;
  answer(features: object, prompt: string, options?: AnswerOptions): Promise<ChipAnswer>;
  /** The text of an answer alone. */
  explain(features: object, prompt: string, options?: Pick<AnswerOptions, 'signal' | 'onToken'>): Promise<string>;
}

type ChipAnswer = Pick<Answer, 'text' | 'maskLogits' | 'foretoldIou'>;

export interface SegmentRequest {
  readonly target: LandCover;
  /** The person's own words for the model; absent = the canonical question. */
  readonly question?: string;
  readonly experiment?: Experiment;
}

/** The model's answer about the whole scene, and what it rests on. */
export interface WholeAnswer extends Words {
  /** Of the look that was asked about. */
  readonly features: object;
  /** The person's own words, where it is an answer to them. */
  readonly question?: string;
  /** The person's own words got an answer about another target, so the canonical question was asked instead. */
  readonly misheard: boolean;
}

/** What the model said, and what it was told. */
export interface Words {
  readonly prompt: string;
  readonly text: string;
  /** null where no index can be computed. */
  readonly attributes: readonly RegionAttribute[] | null;
}

export interface Segmentation {
  readonly whole: WholeAnswer;
  /** The IoU that the mask will have, 0–1: the mean over the chips by how much of the mask is in them; null where the pack does not foretell it. */
  readonly foretoldIou: number | null;
  /** What is odd about the whole scene. */
  readonly oddity: Oddity | null;
  /** The index the attributes come from, with the threshold used on every chip; null where none can be computed. */
  readonly rule: { readonly choice: IndexChoice; readonly threshold: number; readonly method: 'fixed' | 'otsu' } | null;
  /** Probability above which a pixel belongs to the mask. */
  readonly threshold: number;
  readonly factor: number;
  readonly chips: number;
  readonly bandsUsed: readonly BandName[];
}

/** Above this many chips a scene is read at half the resolution, and so on; the answer says so. */
const MAX_CHIPS = 64;

/**
 * SPEX over a whole scene: first one look at all of it, then chip by chip at native resolution for the mask, which both
 * decide (`blendLook`). A scene of one chip needs the one look only. Where the person's own words get
 * an answer about another target, the canonical question takes their place.
 *
 * @param onRows  receives finished rows of mask logits, top to bottom, each row of the scene exactly once, and the logit
 *                above which a pixel belongs to the mask, which the first look has settled
 * @param onText  the answer about the whole scene so far, while it is generated, with the attributes that the model was given;
 *                nothing of an answer about another target
 */
export async function segment(
  scene: Scene,
  model: Answering,
  request: SegmentRequest,
  run: Pick<Run, 'signal' | 'onProgress'>,
  onRows: (rows: BlendedRows, cut: number) => Promise<void>,
  onText: (text: string, attributes: readonly RegionAttribute[] | null) => void = () => {},
): Promise<Segmentation> {
  const { grid } = scene.info;
  const hide = request.experiment?.hide;
  const chipSize = model.pack.input.chip;
  const bandsUsed = landBands(scene, hide);

  run.onProgress({ stage: 'reading', done: 0, total: 0 });
  const whole = await readLook(scene, wholeSceneChip(grid.width, grid.height, chipSize), hide);
  const white = whitePoint(whole, scene.info.values, model.pack.input.bands);
  run.onProgress({ stage: 'indexing', done: 0, total: 0 });
  const wholeIndex = indexOf(request.target, whole, scene.info.values);
  const rule = wholeIndex && {
    choice: wholeIndex.choice,
    threshold: wholeIndex.threshold,
    method: wholeIndex.method,
  };
  const { question: _, ...canonical } = request;
  let asked = request;
  const ask = async (look: Look, onToken: typeof onText) => {
    const index = look === whole || !rule ? wholeIndex : indexMask(fixedAt(rule.threshold, rule.choice), look.bands);
    const attributes = attributesFor(request, look, index, scene.info.values, model.pack.prompt.maxAttributes);
    const answered = () =>
      answerFor(model, scene, look, white, asked, attributes, run.signal, (text) => {
        if (!mishears(text, request.target)) onToken(text, attributes);
      });
    let found = await answered();
    if (asked.question !== undefined && mishears(found.answer.text, request.target)) {
      asked = canonical;
      found = await answered();
    }
    return { index, ...found };
  };

  run.onProgress({ stage: 'looking', done: 0, total: 0 });
  const foretold = new ForetoldIou();
  const began = performance.now();
  const first = await ask(whole, onText);
  const lookMs = performance.now() - began;
  const misheard = asked !== request;
  const wholeLogits = chipLogits(first.answer, whole);
  const threshold = maskThreshold(wholeLogits, model.pack);
  const cut = decisionLogit({ temperature: model.pack.temperature, threshold });
  const layout = layOutChips(grid.width, grid.height, chipSize, MAX_CHIPS);
  // Chips are blended as large as the model saw them; only finished rows become as wide as the scene.
  const { factor } = layout;
  const blender = new RowBlender(Math.ceil(grid.width / factor), Math.ceil(grid.height / factor), CHIP_OVERLAP);
  const enlarger = new RowEnlarger(grid.width, grid.height, factor);
  const handOnBefore = async (row: number): Promise<void> => {
    for (const rows of blender.takeRowsBefore(row)) for (const larger of enlarger.add(rows)) await onRows(larger, cut);
  };
  const single = layout.chips.length === 1 && factor === 1;
  for (const [i, chip] of layout.chips.entries()) {
    // The first look is one chip's work: the estimate stands before the long part begins.
    const chipMs = i === 0 ? lookMs : (performance.now() - began - lookMs) / i;
    const remainingMs = single ? 0 : chipMs * (layout.chips.length - i);
    run.onProgress({ stage: 'masking', done: i, total: layout.chips.length, remainingMs });
    await handOnBefore(chip.window.row / factor);
    const look = single ? whole : await readLook(scene, chip, hide);
    const { answer, index } = single ? first : await ask(look, () => {});
    const { width, height } = chip;
    const window = { col: chip.window.col / factor, row: chip.window.row / factor, width, height };
    const unknown = index ? null : new Float32Array(width * height).fill(NaN);
    const logits = single
      ? wholeLogits
      : blendLook(chipLogits(answer, look), chip, { chip: whole.chip, logits: wholeLogits });
    foretold.add(answer.foretoldIou, logits, cut);
    blender.add(window, logits, index?.index.values ?? unknown!, index?.mask.values ?? new Uint8Array(width * height));
  }
  await handOnBefore(Math.ceil(grid.height / factor));
  const { prompt, attributes, features, answer } = first;
  const { question } = asked;
  return {
    whole: { prompt, attributes, text: answer.text, misheard, features, ...(question !== undefined && { question }) },
    foretoldIou: foretold.mean(),
    oddity: oddLook(whole),
    rule,
    threshold,
    factor,
    chips: layout.chips.length,
    bandsUsed,
  };
}

/** The index mask of a chip, with the threshold rule of the target; null where no index can be computed. */
function indexOf(target: LandCover, look: Look, values: 'reflectance' | 'display'): IndexMask | null {
  const choice = chooseIndex(target, new Set(look.bands.keys()), values);
  return choice && indexMask(choice, look.bands);
}

const fixedAt = (above: number, choice: IndexChoice): IndexChoice => ({
  ...choice,
  threshold: { kind: 'fixed', above },
});

function attributesFor(
  { target, experiment }: SegmentRequest,
  look: Look,
  index: IndexMask | null,
  values: 'reflectance' | 'display',
  limit: number,
): readonly RegionAttribute[] | null {
  if (experiment?.attributes === 'none') return null;
  const other = experiment?.attributes;
  if (typeof other === 'object') return other.slice(0, limit);
  const source = other && other !== target ? indexOf(other, look, values) : index;
  return source && regionAttributes(source.mask).slice(0, limit);
}

async function answerFor(
  model: Answering,
  scene: Scene,
  look: Look,
  white: number | null,
  request: SegmentRequest,
  attributes: readonly RegionAttribute[] | null,
  signal: AbortSignal,
  onToken: (text: string) => void,
): Promise<Pick<WholeAnswer, 'prompt' | 'attributes' | 'features'> & { answer: ChipAnswer }> {
  const { target, question, experiment } = request;
  const { window, side } = look.chip;
  const hidden = [...(experiment?.hide ?? [])].join('+');
  const key = `${scene.info.id}:${window.col},${window.row},${window.width},${window.height}:${side}:${hidden}`;
  const features = await model.encode(modelInput(look, model.pack.input.bands, white, scene.info.values), key);
  const version = model.pack.prompt.version;
  const prompt = await buildPrompt({ target, attributes, version, ...(question !== undefined && { question }) });
  const options = { signal, onToken, ...(experiment?.singleCondensationToken && { singleCondensationToken: true }) };
  const answer = await model.answer(features, prompt, options);
  const swap = experiment?.answerOf;
  if (!swap || swap === target) return { prompt, attributes, features, answer };
  const otherIndex = indexOf(swap, look, scene.info.values);
  const otherPrompt = await buildPrompt({
    target: swap,
    attributes: otherIndex && regionAttributes(otherIndex.mask).slice(0, model.pack.prompt.maxAttributes),
    version,
  });
  const other = await model.answer(features, otherPrompt, options);
  const { maskLogits, foretoldIou } = other;
  return { prompt, attributes, features, answer: { ...answer, maskLogits, foretoldIou } };
}

/** Logits of the chip without its padding; NaN where the scene has no data. */
function chipLogits({ maskLogits }: ChipAnswer, { chip, valid }: Look): Float32Array {
  const { width, height } = chip;
  const logits = resizeLogits(maskLogits, chip.side, chip.side);
  const measured = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      measured[at] = valid[at] === 1 ? logits.values[y * logits.width + x]! : NaN;
    }
  }
  return measured;
}
