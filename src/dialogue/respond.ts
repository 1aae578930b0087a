import type { Analyst, Run } from '../domain/analyst.ts';
import type { Facts } from '../domain/finding.ts';
import type { Block, InboundMessage, Language, Reply } from '../domain/message.ts';
import type { Operation, Plan } from '../domain/plan.ts';
import type { SceneFile } from '../domain/scene.ts';
import { sceneLinks, withoutSceneLinks } from '../domain/scene-link.ts';
import { expectedFailure, type UserFacingError } from '../errors.ts';
import { isChinese } from './grammar/normalize.ts';
import { groupFiles } from './group-files.ts';
import { ANSWERS_IN_ENGLISH } from './language/answers-in-english.ts';
import { formatFor } from './language/format.ts';
import { TEXTS, textsOf } from './language/texts.ts';
import { compare } from './operations/compare.ts';
import { correct } from './operations/correct.ts';
import { describe, presentScene, sceneActions } from './operations/describe.ts';
import { explain } from './operations/explain.ts';
import { exportFiles } from './operations/export-files.ts';
import { extract } from './operations/extract.ts';
import { forget } from './operations/forget.ts';
import { clarify, decline, help } from './operations/help.ts';
import { mapIndex } from './operations/index-map.ts';
import { measure } from './operations/measure.ts';
import { list, rename, undo } from './operations/memory.ts';
import { restyle } from './operations/restyle.ts';
import { type Execute, type Outcome, plain, type Turn, voiced } from './operations/turn.ts';
import { readingOf } from './operations/words.ts';
import type { Planner } from './planner.ts';
import { type DialogueState, emptyState, rememberForUndo, sceneAt } from './state.ts';
import { languageSpoken } from './understanding/language-spoken.ts';

/** One message of a conversation, with its files on disk and what is remembered. */
export interface TurnRequest {
  readonly message: InboundMessage;
  /** The files that came with the message; `groupFiles` tells which of them are one scene. */
  readonly files: readonly SceneFile[];
  readonly state: DialogueState;
  /** The files came with an earlier message of this private chat: it is said. */
  readonly isEarlier?: boolean;
  /** Who wrote the messages that are kept of this conversation, this one among them, oldest first. */
  readonly authors: () => Promise<readonly string[]>;
}

export interface TurnDependencies {
  readonly planner: Planner;
  readonly analyst: Analyst;
  /** Existing folder for the files this turn makes. */
  readonly folder: string;
  /** Logs an unexpected error and names the incident. Without it such an error rejects the whole turn. */
  readonly report?: (error: unknown) => string;
}

export interface TurnResult {
  readonly state: DialogueState;
  readonly reply: Reply;
  /**
   * What the caller deletes of what it keeps: everything of the conversation, or the messages and files of this message's
   * author, of whom nothing is in `state` any more.
   */
  readonly forget: 'everybody' | 'asker' | null;
  /** What was asked needs a scene, and there is none. */
  readonly lacksScene: boolean;
}

/**
 * Carries out one message: opens the scenes that came with it, plans, executes each plan, composes one reply. What fails
 * for a reason a person can mend becomes a sentence of the reply and leaves the rest as it is.
 *
 * @throws `run.signal.reason` when the run was cancelled; any unexpected error when `report` is not given
 */
export async function respond(
  { message: sent, files: uploaded, state: before, authors, isEarlier = false }: TurnRequest,
  { planner, analyst, folder, report }: TurnDependencies,
  run: Omit<Run, 'folder'>,
): Promise<TurnResult> {
  const files = [...uploaded, ...sceneLinks(sent.text)];
  const message = { ...sent, text: withoutSceneLinks(sent.text) };
  const language = languageOf(message, before);
  const turn: Turn = {
    analyst,
    run: { ...run, folder },
    message,
    authors,
    language,
    texts: TEXTS[language],
    format: formatFor(language),
  };
  const parts = new ReplyParts(turn, report);

  let state: DialogueState = { ...before, language };
  if (typeof before.scenesGone === 'number') {
    parts.announce(turn.texts.personLeft(before.scenesGone));
    state = { ...state, scenesGone: null };
  }
  const spoken = languageSpoken(message.text);
  if (spoken && !state.englishExplained) {
    parts.announce(ANSWERS_IN_ENGLISH[spoken]);
    state = { ...state, englishExplained: true };
  }
  const fileCount = state.scenes.length;
  for (const group of groupFiles(files)) {
    state = await parts.attempt(state, async () => openScene(group, state, turn));
  }
  const opened = state.scenes.slice(fileCount);
  const lost = files.length > 0 && opened.length === 0;

  const plans = lost ? [] : await plansFor(message, state, opened.length > 0, planner, run.signal);
  const asking = plans.filter(needsScene);
  const isPresented = plans.length === 0 || plans.every(isBareDescription);
  const lacksScene = asking.length > 0 && state.scenes.length === 0;
  if (isEarlier && opened.length > 0) parts.announce(turn.texts.earlierScene(opened.at(-1)!.name));
  if (lacksScene) {
    state = { ...state, pending: { about: 'scene', plans: asking }, questions: state.questions + 1 };
    parts.add({ state, blocks: [plain(turn.texts.askScene)], unchanged: true });
  } else if (opened.length > 0 && isPresented) {
    for (const scene of opened) {
      const spokenOf = { ...turn, texts: textsOf(language, scene.info) };
      const actions = sceneActions([scene], spokenOf);
      const present = async (): Promise<Outcome> => ({
        state,
        blocks: await presentScene(scene, spokenOf),
        actions,
        unchanged: true,
      });
      state = await parts.attempt(state, present);
    }
  }

  const executed: Plan[] = [];
  for (const plan of plans) {
    run.signal.throwIfAborted();
    executed.push(plan);
    if (needsScene(plan) && state.scenes.length === 0) continue;
    if (opened.length > 0 && isBareDescription(plan)) continue;
    const actual = plan.operation === 'rerun' ? rerunOf(state) : [plan];
    if (actual.length === 0) parts.add({ state, blocks: [plain(turn.texts.nothingToRerun)], unchanged: true });
    for (const step of actual) {
      const texts = textsOf(language, sceneSpokenOf(step, state));
      state = await parts.attempt(state, () => EXECUTE[step.operation](step, state, { ...turn, texts }), step);
    }
  }
  // After the number that it is about.
  for (const { info } of isPresented || lost ? [] : opened) {
    parts.add({ state, blocks: voiced('limits', readingOf(info, turn), turn.texts), unchanged: true });
  }
  const aboutOne = executed.filter(
    (plan) => plan.scene === undefined && plan.scenes === undefined && isAboutPixels(plan.operation),
  );
  if (opened.length > 1 && aboutOne.length > 0) parts.addSceneChoice(state.scenes.at(-1)!.name, aboutOne);
  if (parts.forget === 'everybody') {
    return { state: emptyState, reply: { ...parts.reply(plans), forgotten: true }, forget: 'everybody', lacksScene };
  }

  const changed = parts.changed || opened.length > 0;
  state = settle(state, executed);
  // A question whether to delete is open until anything else is said or done: what it counted must be what goes.
  const onlyAnswers = plans.length > 0 && plans.every(({ operation }) => operation === 'forget');
  if (state.forgetting === before.forgetting && !onlyAnswers) state = { ...state, forgetting: null };
  if (changed && !executed.some((plan) => plan.operation === 'undo')) state = rememberForUndo(state, before);
  await phrase(planner, message, parts, state, turn);
  // Nothing leaves the machine unless it is configured, and then it is said, once, before anything else.
  if (planner.reader && !state.speakerNamed) parts.announce(turn.texts.planner(planner.reader));
  state = { ...state, speakerNamed: state.speakerNamed || planner.reader !== undefined };
  return { state, reply: parts.reply(plans), forget: parts.forget, lacksScene };
}

/** What each operation does. The compiler asks for a row when an operation is added. */
const EXECUTE: Readonly<Record<Operation, Execute>> = {
  extract,
  index: mapIndex,
  measure,
  compare,
  describe,
  explain,
  export: exportFiles,
  restyle,
  correct,
  list,
  rename,
  rerun: async (_plan, state) => ({ state, blocks: [] }),
  undo,
  cancel: async (_plan, state, { texts }) => ({ state, blocks: [plain(texts.nothingToCancel)], unchanged: true }),
  forget,
  help,
  clarify,
  decline,
};

const SCENELESS: ReadonlySet<Operation> = new Set([
  'help',
  'clarify',
  'decline',
  'cancel',
  'forget',
  'undo',
  'list',
  'rerun',
]);

const needsScene = (plan: Plan): boolean => !SCENELESS.has(plan.operation) && !isSetting(plan);

/** The scene that a plan names by its place, or the current one. */
const sceneSpokenOf = ({ scene }: Plan, state: DialogueState) =>
  (typeof scene === 'number' ? state.scenes[scene - 1] : sceneAt(state))?.info;

/** How things are drawn and counted from now on, said before there is anything to draw. */
const isSetting = (plan: Plan): boolean => plan.operation === 'restyle' && plan.targets.length === 0;

const isAboutPixels = (operation: Operation): boolean =>
  ['extract', 'index', 'measure', 'describe'].includes(operation);

/** A description of the scene alone: what a dropped scene gets anyway. */
const isBareDescription = (plan: Plan): boolean =>
  plan.operation === 'describe' && plan.targets.length === 0 && plan.about === undefined && plan.scene === undefined;

/** The plans of a message; a scene without words carries out what waits for it. */
async function plansFor(
  message: InboundMessage,
  state: DialogueState,
  hasNewScene: boolean,
  planner: Planner,
  signal: AbortSignal,
): Promise<Plan[]> {
  const { pending } = state;
  const silent = message.text.trim() === '' && !message.plans?.length;
  if (silent && hasNewScene) {
    const isReady = pending?.about === 'scene' || (pending?.about === 'second-scene' && state.scenes.length > 1);
    return isReady ? [...pending.plans] : [];
  }
  return planner.plan(message, state, signal);
}

async function openScene(group: readonly SceneFile[], state: DialogueState, turn: Turn): Promise<Outcome> {
  turn.run.onProgress({ stage: 'reading', done: 0, total: 0 });
  const info = await turn.analyst.open({ files: group, correction: {} }, turn.run);
  const scenes = [...state.scenes, { info, name: info.name, sentBy: turn.message.author.id }];
  const focus = { ...state.focus, region: null, filters: {} };
  return { state: { ...state, scenes, currentScene: scenes.length, focus }, blocks: [] };
}

/** The operations that a rerun repeats, with the results they would take from memory forgotten. */
function rerunOf(state: DialogueState): Plan[] {
  return state.lastPlans.filter(
    (plan) => !['undo', 'help', 'clarify', 'decline', 'rename', 'list', 'correct'].includes(plan.operation),
  );
}

/** The state after the turn: what was done is remembered for "and water?", what waited is done, questions end. */
function settle(state: DialogueState, executed: readonly Plan[]): DialogueState {
  const asked = state.questions;
  const repeatable = executed.filter(
    (plan) => !['help', 'clarify', 'decline', 'cancel', 'undo', 'rerun', 'rename', 'forget'].includes(plan.operation),
  );
  const done = repeatable.length > 0 && state.scenes.length > 0;
  const waits = state.pending?.about === 'second-scene' && state.scenes.length < 2;
  return {
    ...state,
    lastPlans: repeatable.length > 0 ? repeatable : state.lastPlans,
    pending: done && !waits ? null : state.pending,
    questions: done ? 0 : asked,
  };
}

/** The language of the words; without letters, of the person's platform or of what was said before. */
function languageOf(message: InboundMessage, state: DialogueState): Language {
  if (isChinese(message.text)) return 'zh';
  const words = message.text.match(/[a-z]{2,}/gi) ?? [];
  // "NDVI" or "geojson" alone say nothing about the language.
  const telling = words.filter(
    (word) =>
      !/^(?:e?ndvi|evi|savi|m?ndwi|ndmi|ndbi|bsi|ndsi|nbr|geojson|geotiff|tiff?|csv|png|gpkg|ok|km|ha)$/i.test(word),
  );
  if (telling.length > 0) return 'en';
  return message.language ?? state.language;
}

/** Collects the parts of a reply while the turn is carried out. */
class ReplyParts {
  forget: 'everybody' | 'asker' | null = null;
  changed = false;
  readonly #turn: Turn;
  readonly #report: TurnDependencies['report'];
  readonly #blocks: Block[] = [];
  readonly #facts: Facts[] = [];
  #actions: Outcome['actions'];
  #failure: Reply['failure'];

  constructor(turn: Turn, report: TurnDependencies['report']) {
    this.#turn = turn;
    this.#report = report;
  }

  add(outcome: Outcome): void {
    this.#blocks.push(...outcome.blocks);
    for (const facts of outcome.facts ?? []) if (!this.#facts.includes(facts)) this.#facts.push(facts);
    if (outcome.actions && outcome.actions.length > 0) this.#actions = outcome.actions;
    if (outcome.forget) this.forget = outcome.forget;
    if (!outcome.unchanged) this.changed = true;
  }

  /** Runs one step; a failure becomes a sentence of the reply, and the state stays as it was. */
  async attempt(state: DialogueState, step: () => Promise<Outcome>, _plan?: Plan): Promise<DialogueState> {
    try {
      const outcome = await step();
      this.add(outcome);
      return outcome.state;
    } catch (error) {
      if (this.#turn.run.signal.aborted) throw this.#turn.run.signal.reason;
      this.#fail(error);
      return state;
    }
  }

  #fail(error: unknown): void {
    const { texts } = this.#turn;
    const expected = expectedFailure(error);
    if (expected) {
      this.#failure ??= { code: expected.code };
      this.#blocks.push({
        kind: 'text',
        voice: 'limits',
        text: this.#sentenceOf(expected),
      });
      return;
    }
    if (!this.#report) throw error;
    const incident = this.#report(error);
    this.#failure ??= { code: 'unexpected', incident };
    this.#blocks.push({ kind: 'text', voice: 'limits', text: texts.unexpected(incident) });
  }

  #sentenceOf(error: UserFacingError): string {
    const { texts, language } = this.#turn;
    if (language === 'zh' && error.zh !== null) return error.zh;
    return isOurs(error) ? error.reply : texts.failed(error.code, error.reply);
  }

  /** Of several scenes that came together one was taken: it is said, and the others are one press away. */
  addSceneChoice(name: string, plans: readonly Plan[]): void {
    const { texts } = this.#turn;
    this.#blocks.push(plain(texts.aboutScene(name)));
    const all = plans.map((plan) => ({ ...plan, scene: 'all' as const }));
    this.#actions = [{ label: texts.buttonAllScenes, plans: all }, ...(this.#actions ?? [])];
  }

  announce(text: string): void {
    this.#blocks.push(plain(text));
  }

  /** Puts the wording of a language model before the measured sentences, and says whose it is. */
  rephrase(text: string, speaker: string): void {
    const at = this.#blocks.findIndex((b) => b.kind === 'text' && b.voice === 'measured');
    if (at >= 0) this.#blocks.splice(at, 0, plain(text), plain(this.#turn.texts.speaker(speaker)));
  }

  get measuredTexts(): string[] {
    return this.#blocks.flatMap((b) =>
      b.kind === 'text' && (b.voice === 'measured' || b.voice === 'limits') ? [b.text] : [],
    );
  }

  reply(plans: readonly Plan[]): Reply {
    const actions = this.#actions;
    return {
      blocks: [...this.#blocks, ...(actions ? [{ kind: 'actions', actions } as const] : [])],
      language: this.#turn.language,
      plans,
      facts: this.#facts,
      ...(this.#failure ? { failure: this.#failure } : {}),
    };
  }
}

/** Sentences from our own catalogue are in the reader's language already. */
const isOurs = (error: UserFacingError): boolean => /\p{Script=Han}/u.test(error.reply);

/** Lets a language model word the answer, where one is configured. */
async function phrase(
  planner: Planner,
  message: InboundMessage,
  parts: ReplyParts,
  state: DialogueState,
  turn: Turn,
): Promise<void> {
  const facts = parts.measuredTexts;
  if (!planner.phrase || facts.length === 0 || message.plans?.length) return;
  const phrased = await planner.phrase(message.text, facts, namesIn(state), turn.run.signal);
  if (phrased) parts.rephrase(phrased.text, phrased.speaker);
}

const namesIn = ({ scenes }: DialogueState): string[] => [
  ...new Set(scenes.flatMap(({ info, name }) => [name, info.name, ...info.files.map((file) => file.name)])),
];
