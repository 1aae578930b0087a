/** Marks the beginning of a word inside a piece (SentencePiece). */
const SPACE = '\u2581';
const [UNKNOWN, BEGIN, END] = [0, 1, 2];
/** An unknown character costs so much more than the rarest piece (SentencePiece, unigram_model.cc). */
const UNKNOWN_PENALTY = 10;

/** Text → ids of pieces, between those of its beginning and end. */
export type Tokenizer = (text: string) => number[];

/**
 * The SentencePiece unigram model: the segmentation whose pieces are most probable together (Kudo 2018, doi:10.18653/v1/P18-1007), by
 * Viterbi's algorithm, after NFKC and with one blank between words.
 *
 * @param pieces  `piece TAB log-probability` a line; the line's number is the id
 */
export function createTokenizer(pieces: string): Tokenizer {
  const ids = new Map<string, number>();
  const scores: number[] = [];
  let longest = 0;
  for (const line of pieces.trimEnd().split('\n')) {
    const tab = line.lastIndexOf('\t');
    const piece = line.slice(0, tab);
    longest = Math.max(longest, piece.length);
    ids.set(piece, scores.length);
    scores.push(Number(line.slice(tab + 1)));
  }
  const rarest = scores.reduce((least, score) => Math.min(least, score), 0) - UNKNOWN_PENALTY;

  return (text) => {
    const words = text.normalize('NFKC').trim().split(/\s+/).filter(Boolean);
    if (words.length === 0) return [BEGIN, UNKNOWN, END];
    const line = SPACE + words.join(SPACE);
    const best = new Float64Array(line.length + 1).fill(-Infinity);
    const from = new Int32Array(line.length + 1);
    const piece = new Int32Array(line.length + 1);
    best[0] = 0;
    const reach = (end: number, start: number, score: number, id: number): void => {
      if (best[start]! + score <= best[end]!) return;
      best[end] = best[start]! + score;
      from[end] = start;
      piece[end] = id;
    };
    for (let start = 0; start < line.length; start++) {
      const character = line.codePointAt(start)! > 0xffff ? 2 : 1;
      for (let end = start + 1; end <= Math.min(line.length, start + longest); end++) {
        const id = ids.get(line.slice(start, end));
        if (id !== undefined) reach(end, start, scores[id]!, id);
        else if (end === start + character) reach(end, start, rarest, UNKNOWN);
      }
    }
    const found: number[] = [];
    for (let end = line.length; end > 0; end = from[end]!) found.push(piece[end]!);
    return [BEGIN, ...found.reverse(), END];
  };
}
