import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LAND_COVERS } from '../../src/domain/land-cover.ts';
import { cleanQuestion } from '../../src/prompt/clean-question.ts';
import { loadQuestions } from '../../src/prompt/questions.ts';
import { readClaims } from '../../src/prompt/sentence-claims.ts';
import { pythonWith } from '../python.ts';

describe.each(['records', 'evaluation'] as const)('questions for %s', (purpose) => {
  it('are twenty and more for every target, none twice, each naming it alone or nothing', async () => {
    const questions = await loadQuestions(purpose);
    for (const target of LAND_COVERS) {
      expect(new Set(questions[target].map(plain)).size).toBe(questions[target].length);
      expect(questions[target].length).toBeGreaterThanOrEqual(20);
      for (const question of questions[target]) {
        const named = readClaims(question).targets;
        expect(named.length === 0 || named.includes(target), question).toBe(true);
        expect(cleanQuestion(question)).toBe(question);
      }
    }
  });
});

describe('questions of the evaluation', () => {
  it('are not those of the records', async () => {
    const records = new Set(
      Object.values(await loadQuestions('records'))
        .flat()
        .map(plain),
    );
    const evaluation = Object.values(await loadQuestions('evaluation')).flat();
    expect(evaluation.filter((question) => records.has(plain(question)))).toEqual([]);
  });

  const python = pythonWith([], 'evaluation questions beside those of models/train/wording.py');
  it.skipIf(!python)('are none that the compact pack was trained with', async () => {
    const trained = new Set<string>(JSON.parse(python!(TRAINED, '')).map(plain));
    expect(trained.has('show vegetation')).toBe(true);
    const evaluation = Object.values(await loadQuestions('evaluation')).flat();
    expect(evaluation.filter((question) => trained.has(plain(question)))).toEqual([]);
  });
});

/** Case and end marks are no other wording. */
const plain = (question: string): string => question.toLowerCase().replace(/[?.! ]+$/, '');

const TRAINED = `
import json, sys
sys.path.insert(0, ${JSON.stringify(resolve(import.meta.dirname, '../../models/train'))})
sys.dont_write_bytecode = True
import wording
questions = [q.format(words=w) for q in wording.QUESTIONS for words in wording.WORDS.values() for w in words]
print(json.dumps(questions + [s for sentences in wording.SENTENCES.values() for s in sentences]))
`;
