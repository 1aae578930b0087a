import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SIZE_WORDS } from '../../src/domain/attribute.ts';
import { LOCATIONS } from '../../src/domain/grid.ts';
import { LAND_COVERS } from '../../src/domain/land-cover.ts';
import { checkExplanation } from '../../src/prompt/check-explanation.ts';
import { describeRegions } from '../../src/prompt/describe-regions.ts';

const at = (size: (typeof SIZE_WORDS)[number], location: (typeof LOCATIONS)[number]) => ({
  size,
  location,
  centroid: [0.5, 0.5] as const,
  box: [],
});

describe('describeRegions', () => {
  it('says where the regions lie and how large they are', () => {
    const regions = [
      at('huge', 'center'),
      at('medium', 'top-right'),
      at('small', 'top-left'),
      at('small', 'bottom-right'),
    ];
    expect(describeRegions('vegetation', 0.6, regions)).toBe(
      'Vegetation covers more than half of this scene. The largest vegetation region is huge and lies in the center. ' +
        'There are a few more regions.',
    );
    expect(describeRegions('water', 0.6, regions.slice(0, 3))).toMatch(/center\. There are three regions\.$/);
    expect(describeRegions('building', 0.004, [at('medium', 'center')])).toBe(
      'Building area covers a very small part of this scene. The largest building region is medium and lies in the center. ' +
        'It is the only building region.',
    );
    expect(describeRegions('water', 0, [])).toBe('There is no water in this scene.');
  });

  it('is never contradicted by what it describes', () => {
    const region = fc.record({ size: fc.constantFrom(...SIZE_WORDS), location: fc.constantFrom(...LOCATIONS) });
    fc.assert(
      fc.property(
        fc.constantFrom(...LAND_COVERS),
        fc.double({ min: 0.0001, max: 1, noNaN: true }),
        fc.array(region, { maxLength: 10 }),
        (target, share, drawn) => {
          const attributes = drawn
            .map(({ size, location }) => at(size, location))
            .sort((a, b) => SIZE_WORDS.indexOf(b.size) - SIZE_WORDS.indexOf(a.size));
          const text = describeRegions(target, share, attributes);
          expect(checkExplanation(text, { target, attributes, share }).dropped).toEqual([]);
        },
      ),
      { numRuns: 500, seed: 5 },
    );
  });
});
