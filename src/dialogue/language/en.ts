import { forgettableText } from '../../domain/forgettable-text.ts';
import type { Location } from '../../domain/grid.ts';
import type { LandCover } from '../../domain/land-cover.ts';
import type { Forgettable } from '../../domain/memory.ts';
import type { MapWords, Style } from '../../domain/picture.ts';
import type { Operation } from '../../domain/plan.ts';
import type { ForeignTopic } from '../grammar/foreign.ts';
import type { Verdict } from '../operations/verdict.ts';

type VerdictReason = Verdict['reason'];

const TARGETS: Record<LandCover, string> = { vegetation: 'vegetation', water: 'water', building: 'buildings' };

const PLACES: Record<Location | 'north' | 'south' | 'east' | 'west', string> = {
  'top-left': 'top left',
  'top-center': 'top centre',
  'top-right': 'top right',
  'middle-left': 'middle left',
  center: 'centre',
  'middle-right': 'middle right',
  'bottom-left': 'bottom left',
  'bottom-center': 'bottom centre',
  'bottom-right': 'bottom right',
  north: 'northern half',
  south: 'southern half',
  east: 'eastern half',
  west: 'western half',
};

/** Where north is up. */
const COMPASS: Record<Location, string> = {
  'top-left': 'north-west',
  'top-center': 'north',
  'top-right': 'north-east',
  'middle-left': 'west',
  center: 'centre',
  'middle-right': 'east',
  'bottom-left': 'south-west',
  'bottom-center': 'south',
  'bottom-right': 'south-east',
};

/** "Water covers", "Buildings cover". */
const covers = (target: string): string => `${capital(target)} ${target.endsWith('s') ? 'cover' : 'covers'}`;

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Why something is declined, as the second half of a sentence. */
const DECLINE_REASONS: Readonly<Record<ForeignTopic, string>> = {
  thing: 'I look for vegetation, water and buildings only',
  event: 'a single scene does not show what happened, but with a second date I can show what changed',
  crop: 'I tell plants from everything else, not one kind from another',
  future: 'a scene shows one moment, and I do not look ahead',
  people: 'a picture does not show who people are or what is theirs',
  money: 'prices, permits and laws are not in a picture',
  property: 'this cannot be seen in a picture from above',
  shape: 'I measure areas, counts and distances; the GeoJSON holds the outlines, and any GIS gives their length',
  advice: 'I measure what is there, what to do is for you to decide',
  place: 'I know the scene only, not its surroundings or the way there',
  imagery: 'I take the scene as it is and work with my own maps only',
  chat: 'I only talk about scenes',
};

/** Every sentence the bot says itself, in English. Another language is another object of the same type. */
/** What a plan does, as a button. */
const WISHES: Readonly<Record<Operation, string>> = {
  extract: 'Show',
  index: 'Index map',
  measure: 'Measure',
  compare: 'Compare two scenes',
  describe: 'About the scene',
  explain: 'Explain the result',
  export: 'Download',
  restyle: 'Draw it differently',
  correct: 'Correct something',
  list: 'List scenes and results',
  rename: 'Rename the scene',
  rerun: 'Do it again',
  undo: 'Undo',
  cancel: 'Stop',
  forget: 'Delete',
  help: 'Help',
  clarify: 'Ask again',
  decline: 'Something else',
};

export const en = {
  target: (target: LandCover): string => TARGETS[target],
  builtUp: 'built-up land',
  BuiltUp: 'Built-up land',
  Target: (target: LandCover): string => capital(TARGETS[target]),
  place: (place: keyof typeof PLACES): string => PLACES[place],
  compass: COMPASS,
  join: (sentences: readonly string[]): string => sentences.join(' '),
  colon: (label: string, value: string): string => `${label}: ${value}`,

  // Headlines and tables
  area: 'Area',
  share: 'Share of the scene',
  regions: 'Regions',
  largest: 'Largest',
  region: 'Region',
  location: 'Where',
  pixels: (n: string): string => (n === '1' ? '1 pixel' : `${n} pixels`),
  largestRegions: (target: string, shown: number, count: number): string =>
    shown < count
      ? `The ${shown} largest of ${count.toLocaleString('en-GB')} regions of ${target}`
      : `All ${count} regions of ${target}`,
  overlayAlt: (targets: string, scene: string): string => `Overlay of ${targets} on ${scene}`,
  indexAlt: (index: string, scene: string): string => `Map of ${index} on ${scene}`,
  changeAlt: (target: string): string => `Map of the change of ${target}`,
  sceneAlt: (scene: string): string => `The scene ${scene}`,
  falseColour:
    'Near infrared is shown as red, red as green, green as blue: plants are red, water is dark, towns are cyan.',
  map: {
    units: { km: 'km', m: 'm', cm: 'cm' },
    sensors: {},
    composites: { 'true colour': 'true colour', 'colour infrared': 'colour infrared', 'single band': 'single band' },
    noCrs: 'no coordinate system',
    centre: 'centre',
    noPixelSize: 'Pixel size unknown',
    asStated: ', as stated',
    outlined: 'outlined:',
    smallPatches: 'Patches and holes smaller than {} have no outline.',
    made: 'Made with spex-chat{}. A screening result, not a survey.',
    change: '{} change',
    targets: { vegetation: 'Vegetation', water: 'Water', building: 'Building' },
    overview: "Analysed at 1/{} of the scene's resolution.",
  } as MapWords,
  legendRegions: (n: number, count: string) => `${count} ${n === 1 ? 'region' : 'regions'}`,
  legendRegion: (target: string, id: number) => `${target}, region ${id}`,
  changeLegend: (target: string, change: 'kept' | 'gained' | 'lost') => `${target} ${change}`,
  /** Of an index map; `title` is its English name. */
  indexName: (_index: string, title: string) => title,

  // Extraction
  found: (target: string, area: string, share: string, count: number): string =>
    `${covers(target)} ${area} (${share} of the scene) in ${count.toLocaleString('en-GB')} ${count === 1 ? 'region' : 'regions'}.`,
  foundWithoutSize: (target: string, share: string, count: number): string =>
    `${covers(target)} ${share} of the scene in ${count.toLocaleString('en-GB')} ${count === 1 ? 'region' : 'regions'}.`,
  foundNone: (target: string): string => `I found no ${target} here.`,
  noneLeft: (target: string): string => `Nothing of the ${target} is left with this filter.`,
  largestIs: (area: string, place: string): string => `The largest is ${area}, ${place}.`,
  lies: (place: string): string => (place === 'centre' ? 'in the centre' : `at the ${place}`),
  liesIn: (place: string): string => `in the ${place}`,
  kept: (filter: string): string => `Kept: ${filter}.`,
  filterMin: (area: string): string => `at least ${area}`,
  filterMax: (area: string): string => `at most ${area}`,
  filterPart: (place: string): string => `in the ${place}`,
  filterNear: (distance: string, target: string): string => `within ${distance} of ${target}`,
  filterRegions: (ids: string): string => `regions ${ids}`,
  filterLargest: (n: number): string => (n === 1 ? 'the largest' : `the ${n} largest`),
  filterSmallest: (n: number): string => (n === 1 ? 'the smallest' : `the ${n} smallest`),
  broader: (word: string, target: LandCover): string =>
    ({
      vegetation: `You asked for "${word}": the model marks all vegetation (trees, grass and crops alike).`,
      water: `You asked for "${word}": the model marks all open water and does not tell rivers, lakes and pools apart.`,
      building: `You asked for "${word}": the model marks all buildings (where pixels are large: built-up land) and does not tell their kinds apart.`,
    })[target],
  bandEvidence: (_bands: string, _sensor: string | null, evidence: string, _how: 'said' | 'guessed' | 'told'): string =>
    evidence,
  modelSays: (text: string): string => text,
  modelSaid: 'The model says',
  verdict: (level: 'high' | 'medium' | 'low', reason: string): string =>
    `${{ high: 'High', medium: 'Medium', low: 'Low' }[level]} confidence: ${reason}.`,
  /** Why, for the one reason that decides it. */
  verdictReason: {
    agrees: (index) => `${index} marks nearly the same ground`,
    'half-agrees': (index) =>
      `${index} marks only part of the same ground, or the model itself is not sure of its outline`,
    disagrees: (index) => `${index} marks something else; look at the picture before you use the number`,
    cloud: (_index, share) => `about ${share} of the scene is cloud`,
    foretold: () => 'the model itself expects its outline to be wrong in places',
    undecided: () => 'the model is undecided about much of it',
    'seldom-right': (_index, _share, target) => `at this pixel size the model is often wrong about ${target}`,
    unchecked: (_index, _share, target) => `no band of this scene can check the model on ${target}`,
  } as Readonly<Record<VerdictReason, (index: string, cloud: string, target: string) => string>>,

  // Limits
  limitDisplay: 'The values are not calibrated reflectance, so indices are indicative only.',
  limitNoPixelSize:
    'The pixel size is unknown, so I give percent and pixels. Tell me, for example "pixels are 0.5 m", and I give hectares.',
  limitStated: (size: string): string => `Areas use the pixel size as you stated it: ${size}.`,
  limitMissing: (bands: string): string => `The model did without these bands, which the scene lacks: ${bands}.`,
  limitNodata: (share: string): string => `${share} of the scene has no data and is not counted.`,
  limitOverview: (factor: string, size: string | null): string =>
    `This comes from an overview ${factor} times coarser than the scene${size ? ` (${size} a pixel)` : ''}; small things may be missing.`,
  limitCloud: (share: string, rough: boolean): string =>
    `About ${share} of the scene is cloud${rough ? ' (a rough test of brightness)' : ''}; what lies under it is not seen.`,
  tooCloudy: (scene: string, share: string, rough: boolean): string =>
    `About ${share} of ${scene} is cloud${rough ? ' (judged by brightness alone)' : ''}, so a number would only tell of the gaps. A clearer date would help; "show the image" shows what there is.`,
  odd: {
    blank: 'This image shows nothing: all its pixels are nearly the same, so there is nothing to measure.',
    noise: 'This image shows nothing but noise, so any number about it would mean nothing.',
  },
  limitModelNone: (index: string, target: string): string =>
    `The model found no ${target}, but ${index} alone would mark some: look twice.`,
  limitDropped: (n: number): string =>
    `I left out ${n === 1 ? 'one sentence' : `${n} sentences`} of the model that contradicted the measurement.`,
  limitNear: (distance: string): string => `You gave no distance for "near": I took ${distance}.`,

  // Provenance
  provenance: 'How this was made',
  provModel: (pack: string, version: string): string => `Model: ${pack} ${version}`,
  provBands: (bands: string): string => `Bands used: ${bands}`,
  provChips: (chips: number, factor: string): string =>
    `${chips} ${chips === 1 ? 'chip' : 'chips'} at ${factor === '1' ? 'native resolution' : `1:${factor} of native resolution`}`,
  provThreshold: (threshold: string): string => `In the mask: pixels with a probability above ${threshold}`,
  provPrompt: (version: string): string => `Prompt template: ${version}`,
  provTime: (seconds: string): string => `Computed in ${seconds} s`,
  provQuestion: (question: string): string => `Asked of the model: ${question}`,
  provIndex: (index: string, threshold: string, method: 'fixed' | 'otsu'): string =>
    `Check against ${index}, threshold ${threshold} (${method === 'fixed' ? 'from the literature' : "Otsu's method"})`,

  // Measures
  measuredArea: (target: string, area: string, share: string): string =>
    `${covers(target)} ${area}, ${share} of the scene.`,
  measuredShare: (target: string, share: string): string => `${covers(target)} ${share} of the scene.`,
  measuredCount: (target: string, count: string): string =>
    count === '1' ? `There is one region of ${target}.` : `There are ${count} regions of ${target}.`,
  countCaveat: 'Touching ones count as one region, so this is no count of single objects.',
  measuredRegion: (name: string, area: string, share: string, place: string): string =>
    `${capital(name)} is ${area} (${share} of the scene), ${place}.`,
  regionName: (id: number, target: string): string =>
    id === 1 ? `the largest region of ${target}` : `region ${id} of ${target}`,
  smallestName: (id: number, target: string): string => `the smallest region of ${target} (number ${id})`,
  at: (place: string): string => `Its centre is at ${place}.`,
  averageArea: (target: string, area: string, count: string): string =>
    `The average region of ${target} has ${area} (over ${count} regions).`,
  indexMean: (index: string, where: string, mean: string): string => `The average ${index} ${where} is ${mean}.`,
  indexSpread: (median: string, min: string, max: string, deviation: string): string =>
    `Median ${median}, from ${min} to ${max}, standard deviation ${deviation}.`,
  indexNone: (index: string, where: string): string => `${index} has no valid value ${where}.`,
  whereScene: 'over the scene',
  whereTarget: (target: string): string => `inside the ${target}`,
  whereRegion: (name: string): string => `in ${name}`,
  distance: (from: string, to: string, distance: string): string =>
    `From ${from} to ${to} it is ${distance}, edge to edge.`,
  distanceNearest: (from: string, to: string, distance: string): string =>
    `The nearest are ${from} and ${to}: ${distance} apart, edge to edge.`,
  nothingToMeasureTo: (target: string): string => `I found no ${target}, so there is no distance to measure.`,
  touching: (from: string, to: string): string => `They touch: ${from} and ${to} lie side by side.`,
  distanceUnknown: 'The pixel size is unknown, so I cannot give a distance. Tell me, for example "pixels are 0.5 m".',
  noSuchRegion: (id: number, target: string, count: number): string =>
    count === 0
      ? `There is no region ${id}: I found no ${target}.`
      : `There is no region ${id} of ${target}: ${count === 1 ? 'there is only one' : `they are numbered 1 to ${count}`}.`,
  isLarger: (more: string, less: string, difference: string): string =>
    `The area of ${more} is larger than that of ${less}, by ${difference}.`,

  // Index maps
  indexTitle: (index: string, scene: string): string => `${index} · ${scene}`,
  indexMeanLabel: 'Mean',
  indexRangeLabel: 'Range',
  indexAboveLabel: (above: boolean, value: string): string => `${above ? 'Above' : 'Below'} ${value}`,
  indexFormula: (title: string, formula: string, reference: string): string => `${title} = ${formula} (${reference}).`,
  indexThreshold: (index: string, above: boolean, value: string, share: string, area: string | null): string =>
    `${index} is ${above ? 'above' : 'below'} ${value} on ${area ? `${area}, ` : ''}${share} of the valid pixels.`,
  indexRange: (index: string, from: string, to: string, share: string, area: string | null): string =>
    `${index} lies between ${from} and ${to} on ${area ? `${area}, ` : ''}${share} of the valid pixels. The map marks all that is above ${from}.`,
  indexForWord: (word: string, index: string): string =>
    `I have no model for "${word}"; ${index} is the index that people read it from. It is evidence, not a mask.`,
  indexUnknown: (index: string, known: string): string => `I do not know the index ${index}. I know ${known}.`,

  // Comparison
  changeTitle: (target: string): string => `Change of ${target}`,
  gained: 'Gained',
  lost: 'Lost',
  keptLabel: 'Kept',
  changeSentence: (target: string, before: string, after: string, gained: string, lost: string, kept: string): string =>
    `${capital(target)} from ${before} to ${after}: gained ${gained}, lost ${lost}, kept ${kept}.`,
  changeCommon: (share: string): string => `Compared on the ${share} of the first scene that both scenes measured.`,
  indexChange: (
    index: string,
    before: string,
    meanBefore: string,
    after: string,
    meanAfter: string,
    difference: string,
  ): string => `Mean ${index}: ${meanBefore} in ${before}, ${meanAfter} in ${after} (${difference}).`,
  changeNeedsTwo: 'To compare I need two scenes in this conversation. Drop the other one here and I go on.',

  // Description
  sceneTitle: (name: string): string => name,
  sceneDetails: 'Bands and grid',
  bands: 'Bands',
  size: 'Size',
  pixelSize: 'Pixel size',
  sensor: 'Sensor',
  acquired: 'Date',
  crs: 'Coordinates',
  center: 'Centre',
  cloud: 'Cloud',
  valid: 'Valid',
  extent: 'Extent',
  unknown: 'unknown',
  noCrs: 'none in the file',
  sizePixels: (width: string, height: string): string => `${width} × ${height} pixels`,
  metresStated: (size: string): string => `${size} (as you stated)`,
  sceneReady: 'What shall I show?',
  contents: (scene: string, parts: string): string => `In ${scene} I measured ${parts}.`,
  contentsPart: (target: string, share: string | null): string =>
    share === null ? `no ${target}` : `${share} ${target}`,
  overlapping: 'The targets are looked for one by one and may overlap.',
  cloudSentence: (share: string, source: string, rough: boolean): string =>
    `About ${share} of the scene is cloud, by ${source}${rough ? ' (rough)' : ''}.`,
  cloudUnknown: 'I cannot tell the cloud share of this scene.',

  // Explanation
  whyIntro: (target: string): string => `Why I marked this as ${target}:`,
  whyIndex: (index: string, inside: string, outside: string): string =>
    `${index} averages ${inside} inside the mask and ${outside} outside.`,
  whyThreshold: (index: string, threshold: string, agreement: string): string =>
    `Thresholded at ${threshold}, ${index} alone would mark an area that overlaps the mask by ${agreement} (intersection over union).`,
  whyNoIndex: (target: string): string =>
    `No index for ${target} can be computed from these bands, so the mask rests on the model alone.`,
  sureInside: (probability: string): string =>
    `Inside the mask the model gives an average probability of ${probability}.`,
  sureUnsure: (share: string): string => `${share} of the scene lies in its undecided range (0.3 to 0.7).`,
  howSteps: (bands: string, size: string | null, chips: number): string =>
    `I read ${bands}, cut the scene into ${chips} ${chips === 1 ? 'chip' : 'chips'}${size ? ` at ${size} a pixel` : ''}, and the SPEX model marked every pixel from the chip and a prompt with measured attributes.`,
  howAreas:
    'Regions are connected pixels of the mask; areas come from the ground size of the pixels, not from the model.',
  howResolution: (size: string): string =>
    `Things smaller than a few pixels (a pixel is ${size}) cannot be told apart.`,
  howIndex: (index: string, title: string, formula: string, reference: string): string =>
    `${index} is the ${title}: ${formula} (${reference}).`,
  whyNothing:
    'I have not answered anything yet that I could explain. Ask me to show vegetation, water or buildings first.',
  whyChange: (target: string): string =>
    `I extracted ${target} from both scenes with the same model, put both masks on the grid of the first and compared pixel by pixel.`,
  disagreementHint: 'Where the two differ, shadow, haze or mixed pixels are the usual reasons.',

  // Export
  filesReady: (target: string, formats: string): string => `${capital(target)} as ${formats}.`,
  exportNothing: 'There is nothing to export yet. Ask me to show vegetation, water or buildings first.',
  formatInstead: (asked: string): string => `I do not write ${asked}; a GeoPackage opens in the same programs.`,
  indexFile: (index: string): string => `The raster of ${index} as GeoTIFF.`,

  // Restyle, correct, memory
  restyled: 'Drawn anew; the numbers are the same.',
  settings: (unit: string | null, { mode, opacity, color }: Style): string =>
    `In this conversation areas are given in ${unit ?? 'm², ha or km², by their size'}, and overlays are drawn as ` +
    `${mode === 'outline' ? 'outlines' : `a tint, ${Math.round(opacity * 100)} % opaque`}${color ? `, in ${color}` : ''}.`,
  correctedBands: (evidence: string): string => `Corrected. ${evidence}`,
  correctedPixelSize: (size: string): string => `I now take a pixel as ${size}, as you stated.`,
  correctedAgain: (target: string): string => `The ${target} I showed rested on the old reading; here it is again.`,
  complaintNoted:
    'Noted, and kept with this result. I cannot retrain the model in a chat, but I can show what the mask rests on, or keep only a part of it.',
  scenesTitle: 'Scenes in this conversation',
  scene: 'Scene',
  sceneNumber: '#',
  current: 'current',
  findings: 'Results',
  noScenes: 'There is no scene in this conversation yet. Drop a GeoTIFF, JPEG 2000, PNG or JPEG here.',
  renamed: (from: string, to: string): string => `"${from}" is now called "${to}".`,
  undone: 'Undone. This is where we were before.',
  nothingToUndo: 'There is nothing to undo.',
  nothingToRerun: 'There is nothing to run again yet.',
  forgetQuestion: (what: Forgettable): string =>
    `This deletes the whole conversation: ${forgettableText(what, 'en')}. It cannot be undone. Shall I delete it?`,
  forgetMineQuestion: (what: Forgettable): string =>
    `This deletes what you sent here: ${forgettableText(what, 'en')}. What the others sent stays. It cannot be undone. Shall I delete it?`,
  forgetOnlyMine: 'Only the person who started this conversation can delete all of it.',
  forgotten: "I've deleted this conversation: its scenes, results, files and messages.",
  forgottenMine: (what: Forgettable): string =>
    `I've deleted what the person who asked had sent here: ${forgettableText(what, 'en')}. What everybody else sent is still here.`,
  forgetKept: 'OK, nothing was deleted.',
  nothingToForget: 'There is nothing here to delete.',
  forgetNotYours: 'Only the person who asked for this can answer. Nothing was deleted.',
  forgetClosed: 'That question is no longer open, so I deleted nothing. Say "forget everything" and I will ask again.',
  personLeft: (scenes: number): string =>
    `Somebody has deleted what they sent here${scenes === 0 ? '' : `: ${scenes} ${scenes === 1 ? 'scene' : 'scenes'} with the results`}.`,
  nothingToCancel: 'Nothing is running.',

  // Questions and help
  askScene:
    'Which scene? Drop a GeoTIFF, JPEG 2000, PNG or JPEG (or several single-band files together), or write an https link to one, and I go on with your request.',
  askTarget: 'What shall I look for: vegetation, water or buildings?',
  askName: 'What shall it be called? For example: rename it to "North field".',
  askRequest: (words: string): string =>
    `${words ? `I did not understand "${words}".` : 'What shall I do with the scene?'} Say, for example, "show vegetation", "how many hectares of water?" or "help".`,
  greeting: 'Hello! Drop a satellite or aerial scene here and ask, for example, "show vegetation".',
  greetingScene: (scene: string): string => `Hello! I have ${scene} open. Ask, for example, "show vegetation".`,
  thanks: 'You are welcome.',
  talk: 'I only know about scenes. Ask me when you need something of one, for example "show vegetation".',
  askWhich: 'I am not sure what you want. Did you mean one of these?',
  wish: (operation: Operation, targets: string): string => `${WISHES[operation]}${targets ? `: ${targets}` : ''}`,
  helpIntro:
    'I find vegetation, water and buildings in satellite and aerial scenes, and measure them. Drop a scene here, then say for example:',
  helpExamples: [
    ['show vegetation and water', 'overlay, areas and an explanation'],
    ['how many hectares is the largest?', 'a measured number'],
    ['only larger than 2 ha in the north half', 'a filter on the last result'],
    ['average NDVI of region 2', 'an index inside a region'],
    ['show NDVI above 0.6', 'an index map with a threshold'],
    ['what changed since the other image?', 'gained, lost and kept between two scenes'],
    ['why? / how sure are you?', 'the evidence'],
    ['outline only, in red; zoom to region 3', 'how it is drawn'],
    ['send me GeoJSON', 'GeoJSON, GeoTIFF, GeoPackage or CSV'],
    ['pixels are 0.5 m / bands: blue green red nir', 'correct how I read the scene'],
    ['list, rename, undo, again, stop', 'the rest'],
    ['forget everything / forget me', 'a question first; then it is deleted'],
  ] as readonly (readonly [string, string])[],
  say: 'Say',
  get: 'and get',
  decline: (about: string, reason: string): string => `I can't help with "${about}"${reason ? `: ${reason}` : ''}.`,
  declineReason: (topic: ForeignTopic): string => DECLINE_REASONS[topic],
  declineLanguage:
    'I did not understand that. I read English, Chinese, Spanish, French, Portuguese, German, Arabic, Russian and Japanese. Say, for example, "show vegetation".',
  declineRemoval:
    'Nothing was deleted or changed. I can\'t remove or reset just that: "undo" takes back the last step, "without buildings" shows less, and "forget everything" deletes the conversation, after asking you.',
  declineLength: (characters: number, requests: number): string =>
    `That is more than I read at once: up to ${characters.toLocaleString('en')} characters with up to ${requests} requests. Please say it in several messages.`,
  declineNearest:
    'Nearest to what? I only know the picture, not where you are. I can measure between what is in it: "how far is the lake from the nearest building".',
  declineCan:
    'From a scene I can find and measure vegetation, water and buildings, map spectral indices, and compare two scenes.',
  sceneMissing: (place: number, count: number): string =>
    count === 0
      ? 'There is no scene in this conversation yet.'
      : `There is no scene ${place} in this conversation: ${count === 1 ? 'there is only one' : `they are numbered 1 to ${count}`}.`,
  otherMissing: 'There is only one scene in this conversation. Drop the other one here and ask again.',
  failed: (_code: string, sentence: string): string => sentence,
  unexpected: (incident: string): string =>
    `Something broke on my side and I have logged it as ${incident}. Trying again may help.`,
  speaker: (name: string): string => `Worded by ${name}; every number in it was measured by spex-chat.`,
  planner: (name: string): string => `Your message was read by ${name}.`,

  earlierScene: (scene: string): string => `This is about ${scene}, the newest scene in this chat.`,
  aboutScene: (scene: string): string => `This is about ${scene}, the last of the scenes you sent.`,
  buttonAllScenes: 'All scenes',
  // Buttons
  buttonShow: (target: string): string => `Show ${target}`,
  buttonIndex: (index: string): string => `${index} map`,
  buttonOutline: 'Outline only',
  buttonFill: 'Filled',
  buttonExport: (format: string): string => format,
  buttonWhy: 'Why?',
  buttonSure: 'How sure?',
  buttonContents: 'What is in it?',
  buttonFalseColour: 'False colour',
  buttonCompare: 'What changed?',
  buttonAll: 'All again',
  buttonWhole: 'Whole scene',
  buttonForget: 'Delete everything',
  buttonForgetMine: 'Delete what I sent',
  buttonKeep: 'Keep everything',
  buttonUndo: 'Undo',
  buttonHelp: 'Help',
  buttonList: 'All regions',
};

export type Texts = typeof en;
