import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SIZE_WORDS } from '../../src/domain/attribute.ts';
import { LOCATIONS } from '../../src/domain/grid.ts';
import { LAND_COVERS } from '../../src/domain/land-cover.ts';
import { checkExplanation } from '../../src/prompt/check-explanation.ts';
import { describeRegions } from '../../src/prompt/describe-regions.ts';
import { pythonWith } from '../python.ts';

/** @param box  left, top, right, bottom, 0–1 */
const at = (
  size: (typeof SIZE_WORDS)[number],
  location: (typeof LOCATIONS)[number],
  [left, top, right, bottom]: readonly number[] = [0.4, 0.4, 0.6, 0.6],
) => ({
  size,
  location,
  centroid: [0.5, 0.5] as const,
  box: [
    [left!, top!],
    [right!, top!],
    [right!, bottom!],
    [left!, bottom!],
  ] as const,
});

describe('describeRegions', () => {
  it('says where the regions lie and how large they are', () => {
    const regions = [
      at('huge', 'center', [0, 0.019, 1, 0.979]),
      at('medium', 'top-right'),
      at('small', 'top-left'),
      at('small', 'bottom-right'),
    ];
    expect(describeRegions('vegetation', 0.6, regions)).toBe(
      'Vegetation covers more than half of this scene. The largest vegetation region is huge and lies in the center. ' +
        'The largest one reaches the left, top and right edges. The next largest is medium. ' +
        'There are a few more regions.',
    );
    expect(describeRegions('water', 0.6, regions.slice(0, 3))).toMatch(/is medium\. There are three regions\.$/);
    expect(describeRegions('building', 0.004, [at('medium', 'center')])).toBe(
      'Building area covers a very small part of this scene. The largest building region is medium and lies in the center. ' +
        'It is the only building region.',
    );
    expect(describeRegions('water', 0.9, [at('huge', 'center', [0, 0, 1, 1])])).toContain(' reaches every edge. It is');
    expect(describeRegions('water', 0.2, [at('huge', 'center', [0, 0.1, 0.5, 1])])).toContain(
      ' the left and bottom edges. ',
    );
    expect(describeRegions('water', 0.2, [at('large', 'center', [0.1, 0.1, 0.981, 0.98])])).toContain(
      ' the right edge. ',
    );
    expect(describeRegions('water', 0, [])).toBe('There is no water in this scene.');
  });

  it('is never contradicted by what it describes', () => {
    fc.assert(
      fc.property(described, ({ target, share, attributes }) => {
        const text = describeRegions(target, share, attributes);
        expect(checkExplanation(text, { target, attributes, share }).dropped).toEqual([]);
      }),
      { numRuns: 500, seed: 5 },
    );
  });

  const python = pythonWith([], 'answers beside those of models/train/wording.py');
  it.skipIf(!python)('says what the compact pack was trained to say', () => {
    const cases = fc.sample(described, { numRuns: 300, seed: 6 });
    const trained: string[] = JSON.parse(python!(ANSWERS, JSON.stringify(cases)));
    expect(cases.map(({ target, share, attributes }) => describeRegions(target, share, attributes))).toEqual(trained);
    expect(trained.filter((text) => text.includes('reaches')).length).toBeGreaterThan(50);
  });
});

const described = fc
  .record({
    target: fc.constantFrom(...LAND_COVERS),
    share: fc.double({ min: 0.0001, max: 1, noNaN: true }),
    drawn: fc.array(
      fc.record({
        size: fc.constantFrom(...SIZE_WORDS),
        location: fc.constantFrom(...LOCATIONS),
        box: fc.array(fc.constantFrom(0, 0.01, 0.3, 0.7, 0.99, 1), { minLength: 4, maxLength: 4 }),
      }),
      { maxLength: 10 },
    ),
  })
  .map(({ target, share, drawn }) => ({
    target,
    share,
    attributes: drawn
      .map(({ size, location, box }) => at(size, location, box))
      .sort((a, b) => SIZE_WORDS.indexOf(b.size) - SIZE_WORDS.indexOf(a.size)),
  }));

const ANSWERS = `
import json, sys
sys.path.insert(0, ${JSON.stringify(resolve(import.meta.dirname, '../../models/train'))})
sys.dont_write_bytecode = True
import wording
print(json.dumps([wording.answer(case["target"], case["share"], case["attributes"]) for case in json.load(sys.stdin)]))
`;
