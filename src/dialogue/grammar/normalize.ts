/**
 * A message as the grammar reads it: one width of letters and digits, lower case, plain quotes and dashes, simplified
 * Chinese characters for the words of the lexicon, no links, mentions, code fences or emoji codes.
 */
export function normalize(text: string): string {
  const plain = text
    .normalize('NFKC')
    .slice(0, MAX_LENGTH)
    // "végétation", "façades": letters without their marks.
    .normalize('NFD')
    .replace(/(?<=[a-z])\p{M}+/giu, '')
    .normalize('NFC')
    .replace(/https?:\/\/\S+/gi, ' ')
    .replace(/<[@#!][^<>]*>/g, ' ')
    .replace(/:[a-z][a-z0-9_+-]*:/gi, ' ')
    .replace(/[‘’`´]/g, "'")
    .replace(/[“”„«»「」『』]/g, '"')
    .replace(/[‐‑‒–—−]/g, '-')
    .replace(/[*_~]{1,3}(?=\S)|(?<=\S)[*_~]{1,3}/g, '')
    .toLowerCase();
  return (
    writtenChinese([...plain].map((letter) => SIMPLIFIED.get(letter) ?? letter).join(''))
      // 河边 is a place near a river, not a river.
      .replace(/([河湖水海江溪])边(?![界缘框])/g, '$1附近')
      .replace(SHORTHAND_WORD, (word) => SHORTHAND.get(word) ?? word)
      .replace(A_SHOT, (_whole, before: string, many: string) => `${before}image${many}`)
      .replace(INTENSIFIER, '')
      .replace(NOISE, ' ')
      .replace(NOT_MEANT, '')
      .replace(/#(?![0-9a-f]{3,6}\b)(?=[a-z]{3})/g, 'number of ')
      .replace(/\bain'?t\b/g, "isn't")
      // "Before", unless it is the fourth band.
      .replace(/\bb4(?= (?:i|you|we|it|that|this|the|and)\b|[?.! ]*$)/g, 'before')
      .replace(/\b(?:most|more) (big|large|small|little|great)\b/g, (phrase, word: string) => superlative(phrase, word))
      .replace(
        POINT,
        (_phrase, digits: string) =>
          `0.${[...digits.matchAll(/[a-z]+/g)].map(([word]) => DIGITS.indexOf(word)).join('')}`,
      )
      .replace(/\s+/g, ' ')
      .trim()
  );
}

/** Is this written in Chinese? A single Chinese word in an English sentence does not make it so. */
export function isChinese(text: string): boolean {
  const han = text.match(/\p{Script=Han}/gu)?.length ?? 0;
  const words = text.match(/[a-z]+/gi)?.length ?? 0;
  return han > 0 && han >= words;
}

/** What fast fingers write, and what it stands for. */
const SHORTHAND: ReadonlyMap<string, string> = new Map(
  Object.entries({
    u: 'you',
    ur: 'your',
    pls: 'please',
    plz: 'please',
    'w/': 'with',
    'w/o': 'without',
    bc: 'because',
    cuz: 'because',
    gimme: 'give me',
    lemme: 'let me',
    wanna: 'want to',
    gonna: 'going to',
    wats: "what's",
    whats: "what's",
    wheres: "where's",
    hows: "how's",
    thats: "that's",
    theres: "there's",
    dont: "don't",
    doesnt: "doesn't",
    didnt: "didn't",
    isnt: "isn't",
    arent: "aren't",
    wasnt: "wasn't",
    compair: 'compare',
    cant: "can't",
    wont: "won't",
    im: "i'm",
    ive: "i've",
    youre: "you're",
    img: 'image',
    imgs: 'images',
    pic: 'picture',
    pics: 'pictures',
    bldg: 'building',
    bldgs: 'buildings',
    coords: 'coordinates',
    'lat/long': 'lat/lon',
    'lat/longs': 'lat/lon',
    std: 'standard deviation',
    stdev: 'standard deviation',
    stddev: 'standard deviation',
  }),
);
const SHORTHAND_WORD = /(?<![a-z0-9'/])[a-z]+(?:\/[a-z]*)?\d?(?![a-z0-9'])/g;

/** "Absolutely sure", "really quite certain" */
const INTENSIFIER =
  /\b(?:absolutely|totally|completely|entirely|perfectly|quite|really|very|pretty|fairly|that|100 ?%) (?=(?:\w+ly )?(?:sure|certain|positive|confident|convinced|reliable)\b)/g;

/** "The two shots", "this snapshot", "the first take": a picture by another word. "Who shot it" is none. */
const A_SHOT =
  /\b((?:the|this|that|these|those|both|two|three|each|every|which|first|second|third|last|other|another|one|earlier|later|newer|older|new|old|of|aerial|satellite|drone|in|on) )(?:snap|shot|snapshot|frame|photograph|aerial|orthophoto|acquisition)(s?)\b(?! (?:date|time))/g;

const superlative = (phrase: string, word: string): string =>
  /^(?:big|large|great)/.test(word)
    ? phrase.startsWith('most')
      ? 'biggest'
      : 'bigger'
    : phrase.startsWith('most')
      ? 'smallest'
      : 'smaller';

const DIGITS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
/** "Point four", "zero point two five". */
const POINT = new RegExp(`\\b(?:(?:zero|nought|oh) )?point((?: (?:${DIGITS.join('|')}))+)\\b`, 'g');

/** How Chinese is spoken, and how it is written. */
const SPOKEN_CHINESE: ReadonlyMap<string, string> = new Map(
  Object.entries({
    啥子: '什么',
    为嘛: '为什么',
    啥: '什么',
    咋整: '怎么弄',
    咋样: '怎么样',
    咋: '怎么',
    哪儿: '哪里',
    哪旮旯: '哪里',
    这儿: '这里',
    那儿: '那里',
    地儿: '地方',
    块儿: '块',
    片儿: '片',
    点儿: '点',
    俺: '我',
    瞅: '看',
    瞧: '看',
    俩: '两个',
    仨: '三个',
    甭: '不要',
    木有: '没有',
    整张: '这张',
  }),
);
const SPOKEN_CHINESE_WORD = new RegExp([...SPOKEN_CHINESE.keys()].join('|'), 'g');

/** A phrase of spoken Chinese in the words of the lexicon. */
export const writtenChinese = (text: string): string =>
  text.replace(SPOKEN_CHINESE_WORD, (word) => SPOKEN_CHINESE.get(word) ?? word);

/** What people say while they think. */
const NOISE =
  /\b(?:don't|do not) forget (?:about )?(?!any|every|me)|(?:不要|别)忘[记了]?|,? (?<![a-z])(?:if so|if yes|if any|in that case),?(?= )|(?<![a-z])(?:uh+m*|um+|er+m+|ehm+)(?![a-z]),?|,\s*(?:you know|i guess|i think|i mean|like|please)\s*(?=,)/g;
/** "That's not what I meant, I want buildings": the wish counts. */
const NOT_MEANT =
  /^(?:no[,. ]+)?(?:that's |that is |this is )?not what i (?:meant?|asked(?: for)?|wanted?|said)[,.;: -]+(?=\S)|^(?:不对?[,，]?)?(?:不是这个意思|我不是这个意思|不是说这个)[,，。 ]*(?=\S)/;

/** Nobody says more than this in one message; what is longer is pasted text. */
export const MAX_LENGTH = 2000;

const TRADITIONAL =
  '樹綠葉體積畝頃圖張個塊們這裡裏變為樣計數導檔顯現給說麼嗎還較對據縮運結產確標紅藍黃線條邊區東從後開關閉請謝幫轉換無雲影屋頂樓棟' +
  '廠築類種見點間層與於並複點過當長圍單獨歷訊錄號碼遠離兩哪額幾總佔積覽該僅顏調選應賴識別測預損減錯誤陰濕燒氣車輛橋鐵機場庫農莊業';
const SIMPLE =
  '树绿叶体积亩顷图张个块们这里里变为样计数导档显现给说么吗还较对据缩运结产确标红蓝黄线条边区东从后开关闭请谢帮转换无云影屋顶楼栋' +
  '厂筑类种见点间层与于并复点过当长围单独历讯录号码远离两哪额几总占积览该仅颜调选应赖识别测预损减错误阴湿烧气车辆桥铁机场库农庄业';
const SIMPLIFIED = new Map([...TRADITIONAL].map((letter, i) => [letter, [...SIMPLE][i]!]));
