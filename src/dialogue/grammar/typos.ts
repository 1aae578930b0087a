import { MENDABLE, VOCABULARY } from './tagger.ts';

/**
 * Normalized text with misspelt English words mended to words of the lexicon. A word counts as misspelt when nobody
 * knows it (neither the lexicon nor the common words below) and exactly one nearest lexicon word is close enough:
 * one edit for 5 to 7 letters, two for 8 and more; words of 4 letters may lack or double one letter. An edit is an
 * insertion, deletion, substitution or swap of neighbours. Text in quotes is left alone: it is a name.
 */
export function mendTypos(text: string): string {
  return text.replace(/"[^"]*"|[a-z]+(?:'[a-z]+)?/g, (word) => (word.startsWith('"') ? word : mendWord(word)));
}

function mendWord(word: string): string {
  if (word.length < 4 || word.includes("'") || isKnown(word)) return word;
  const allowed = word.length >= 8 ? 2 : 1;
  let best = allowed + 1;
  let candidates: string[] = [];
  for (const known of MENDABLE) {
    // "sohw NDIV": short words are mended when two neighbours are swapped, and nothing else.
    if (known.length === 4 && word.length === 4 && isSwapped(word, known)) return known;
    if (known.length < 5 || known[0] !== word[0]) {
      // The first letter is rarely wrong, except when the first two are swapped.
      if (known.length < 5 || known[0] !== word[1] || known[1] !== word[0]) continue;
    }
    if (Math.abs(known.length - word.length) > allowed) continue;
    if (word.length === 4 && !SHORT.has(known)) continue;
    const distance = editDistance(word, known);
    if (distance < best) {
      best = distance;
      candidates = [known];
    } else if (distance === best) candidates.push(known);
  }
  // "vegitation" is as near to "vegetation" as to nothing else; a tie of singular and plural is no tie.
  const [first] = candidates.toSorted((a, b) => a.length - b.length);
  if (!first || best > allowed) return word;
  return candidates.every((c) => c.startsWith(first.slice(0, -1))) ? first : word;
}

const isSwapped = (word: string, known: string): boolean =>
  [0, 1, 2].some((i) => word === known.slice(0, i) + known[i + 1]! + known[i]! + known.slice(i + 2));

const isKnown = (word: string): boolean =>
  VOCABULARY.has(word) ||
  COMMON.has(word) ||
  (word.endsWith('s') && (VOCABULARY.has(word.slice(0, -1)) || COMMON.has(word.slice(0, -1)))) ||
  (word.endsWith('es') && VOCABULARY.has(word.slice(0, -2)));

/** Damerau-Levenshtein distance (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(previous[j]! + 1, row[j - 1]! + 1, previous[j - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, before[j - 2]! + 1);
      row.push(best);
    }
    before = previous;
    previous = row;
  }
  return previous[b.length]!;
}

/** What a word of four letters may be short of one letter for; others ("swap", "swamp") are words themselves. */
const SHORT: ReadonlySet<string> = new Set([
  'water',
  'trees',
  'river',
  'lakes',
  'roofs',
  'house',
  'grass',
  'bands',
  'index',
  'where',
]);

/** Right words that lie close to a word of the lexicon. */
const COMMON: ReadonlySet<string> = new Set(
  (
    'about above after again also another anything area areas aren ask away back because been before began being below best better between both bring came cane cannot care case cases ' +
    'center centre check clear close come comes could couldn course data date day days deal dear does doesn doing done down each early east easy either else enough even ever every everything exactly ' +
    'face fact fair fall far fast feel feet felt few fifth fill filed fine first five fond food foot found four fourth free from front full further game gave gets give given goes going gone good half hand happen hard ' +
    'have having hear heard heat help here high hold hope hour hours idea inside into isn just keep kept kind knew know known land large larger last late later latter layer lead least leave left less line link little live lived local long longer look looked looking lots love ' +
    'made main make makes many matter maybe mean means meant might mine minutes more morning most move much must name near need never next nice none north nothing number often once ones open other others over page part parts past place places play please point points possible pretty proper put ' +
    'quick quickly quite rather read ready real reality right round said same save saying seen send sent several shall shift shop short should shown side since small smaller some someone something soon sort south speak stand start started state stay step still stop store such suit take taken talk tell test than that their them then there these they thing things think this those thought three through time times today together took total towards town tried true turn twice under until upon upper used user using usual vast very want wanted waste waiter wafer wager watch watched ways week well went were west what when where which while white whole whose will winter wish with within wonder word words work works world would wouldn wrote year years yesterday your yours later latest greet green grown round ground group house hours however image images single bands sands hands blank black block blocks broad beach teach reach peach larger highest lower lowest lowland sixth eighth second third tenth dozen ' +
    'hectare hectares acre acres metre metres meter meters kilometer kilometers kilometre kilometres square squared meters mile miles foot yard yards left bottom middle corner northern southern eastern western northeast northwest southeast southwest ' +
    'landsat sentinel naip planet drone spot aerial worldview sorry hold please kindly could would actually colleague boss report meeting nothing weird strange looks dark bright seems seem shadow shadows drought coast shore valley mountain hills ' +
    'contain contains contained containing account accounts content contents context continue control controls company complete complex condition consider constant contact create created creates order orders ordered border hold colder folder holder older smaller tall taller small tiny huge main mostly dense sparse heavy light shape shapes trace track train rain brain grain plain plane plate slate state stage page wage image issue tissue value values valley alley gravel travel level lever never river driver diver liver cover hover lower power tower flower slower shower sweet sheet street meat seat beat heat heath breath bread broad board toward reward record report import support sport spot spots pot post past paste taste waste coast cost host lost most dust just must trust rust crust burst first thirst worst worse horse house mouse noise choice voice price prize size site sites side sides slide guide glide wide width depth death earth north south mouth month moth both bath path math match catch watch patch batch latch hatch ' +
    'coming going taking making looking seeing getting telling asking trying using working living moving putting running standing sitting opening closing missing having being doing saying giving keeping letting leaving meaning showing finding wanting needing asked needed wanted looked seemed called named moved opened closed listed shared posted based covered changed marked painted ' +
    'compute calculate calculating computing describes resolve section sections product products project projects provide process return returned returns shouldn couldn wouldn haven hasn weren ' +
    'greater below exceed exceeding least most approximately roughly around between above higher lower excluding including'
  ).split(' '),
);
