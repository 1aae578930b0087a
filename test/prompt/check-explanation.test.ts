import { describe, expect, it } from 'vitest';
import type { RegionAttribute, SizeWord } from '../../src/domain/attribute.ts';
import type { Location } from '../../src/domain/grid.ts';
import { checkExplanation, contradiction, type Evidence, splitSentences } from '../../src/prompt/check-explanation.ts';

/** A region with a small box at its centroid, or the given one. */
function region(size: SizeWord, location: Location, box?: RegionAttribute['box']): RegionAttribute {
  return {
    size,
    centroid: [0.48, 0.2],
    location,
    box: box ?? [
      [0.1, 0.1],
      [0.1, 0.1],
      [0.1, 0.1],
      [0.1, 0.1],
    ],
  };
}

const WATER: Evidence = {
  target: 'water',
  attributes: [region('huge', 'top-left'), region('small', 'center'), region('small', 'bottom-right')],
  share: 0.27,
};

describe('a sentence that is kept', () => {
  it.each([
    'There is water in this scene.',
    'Water covers about a quarter of this scene.',
    'Water covers less than a third of the image, and more than a fifth.',
    'The largest water region is huge and lies in the top-left.',
    'The largest lake lies in the upper left corner.',
    'A huge water body is on the left side, while small ones lie in the center and the bottom-right.',
    'Two small ponds lie in the centre and the lower right.',
    'Two more regions lie in the center and bottom-right.',
    'A few more regions lie in the center.',
    'Most of them are small.',
    'There are three water regions.',
    'There are 3 water regions, the first at 0.48.',
    'Several lakes are visible.',
    'The smallest one is in the bottom-right.',
    'There is no water in the top-right.',
    'It looks dark and smooth.',
  ])('%s', (sentence) => {
    expect(contradiction(sentence, WATER)).toBeNull();
  });
});

describe('a sentence that is dropped', () => {
  it.each([
    ['There is no water in this scene.', 'says there is none, 3 listed'],
    ['Water covers about half of this scene.', 'the share is 27.0 percent'],
    ['Water covers a very small part of this scene.', 'the share is 27.0 percent'],
    ['Most of this scene is water.', 'the share is 27.0 percent'],
    ['The largest water region is small and lies in the top-left.', 'no such region is small'],
    ['The largest water region is huge and lies in the center.', 'no such region lies in the center'],
    ['A huge water body lies in the center.', 'no such region lies in the center'],
    ['A lake lies in the top right corner.', 'no such region lies in the top-right'],
    ['Two more regions lie in the center and the center.', 'names the center twice'],
    ['Three small ponds lie in the center.', 'counts 2 otherwise'],
    ['One more region lies in the center.', 'counts 2 otherwise'],
    ['Many more regions lie in the center.', 'counts 2 otherwise'],
    ['It is the only water region.', 'counts 3 otherwise'],
    ['There are two water regions.', 'counts 3 otherwise'],
    ['There are 17 water regions.', 'the number 17 is not measured'],
    ['The lake covers 12.5 hectares.', 'the number 12.5 is not measured'],
    ['Some very tiny ponds can be seen.', 'no such region is very tiny'],
    ['Two more regions lie in the top-left.', 'no such region lies in the top-left'],
    ['Most of them are huge.', 'most are not huge'],
    ['There is no water in the top left.', 'says there is none, 3 listed'],
    ['Dense forest covers the slopes.', 'speaks of vegetation, not of water'],
  ])('%s', (sentence, reason) => {
    expect(contradiction(sentence, WATER)).toBe(reason);
  });
});

describe('contradiction', () => {
  it('knows that a large region reaches beyond its centroid', () => {
    const wide = region('huge', 'center', [
      [0, 0.1],
      [1, 0.1],
      [1, 0.9],
      [0, 0.9],
    ]);
    const dot = region('small', 'center', wide.box);
    expect(contradiction('Water fills the left side.', { target: 'water', attributes: [wide] })).toBeNull();
    expect(contradiction('Water fills the left side.', { target: 'water', attributes: [dot] })).not.toBeNull();
  });

  it('knows which edges a region reaches', () => {
    const bay = region('large', 'top-left', [
      [0, 0.01],
      [0.5, 0.01],
      [0.5, 0.4],
      [0, 0.4],
    ]);
    const evidence: Evidence = { target: 'water', attributes: [bay, region('small', 'center')] };
    expect(contradiction('The largest one reaches the left and top edges.', evidence)).toBeNull();
    expect(contradiction('The largest lake touches the western border.', evidence)).toBeNull();
    expect(contradiction('The largest one reaches the left, top and right edges.', evidence)).toBe(
      'no such region reaches left and top and right',
    );
    expect(contradiction('The largest one reaches every edge.', evidence)).not.toBeNull();
    expect(contradiction('The next largest reaches the left edge.', evidence)).not.toBeNull();
    expect(contradiction('The next largest is small and lies in the center.', evidence)).toBeNull();
    expect(contradiction('The next largest is large and lies in the top-left.', evidence)).toBe(
      'no such region is large',
    );
    expect(contradiction('It reaches the top edge.', { target: 'water', attributes: [] })).not.toBeNull();
  });

  it('lets the model say that there is nothing, and nothing else, when nothing is there', () => {
    const none: Evidence = { target: 'building', attributes: [] };
    expect(contradiction('There is no building in this scene.', none)).toBeNull();
    expect(contradiction('A small building lies in the center.', none)).toBe('says there is some, none listed');
    expect(contradiction('Building area covers about half of this scene.', none)).not.toBeNull();
  });

  it('can check digits and targets only, when nothing is known', () => {
    const unknown: Evidence = { target: 'building', attributes: null };
    expect(contradiction('Many houses lie in the center.', unknown)).toBeNull();
    expect(contradiction('There are 5 houses.', unknown)).toBe('the number 5 is not measured');
    expect(contradiction('A river crosses the scene.', unknown)).not.toBeNull();
  });

  it('allows for regions beyond the list', () => {
    const ten = Array.from({ length: 10 }, () => region('small', 'center'));
    const evidence: Evidence = { target: 'water', attributes: ten, count: 40 };
    expect(contradiction('There are 40 ponds.', evidence)).toBeNull();
    expect(contradiction('There are ten ponds.', evidence)).toBe('counts 40 otherwise');
    expect(contradiction('Twelve small ponds are visible.', evidence)).toBeNull();
    expect(contradiction('Twelve medium ponds are visible.', evidence)).toBe('counts 0 otherwise');
  });
});

it('splits sentences, numbers left whole', () => {
  expect(splitSentences('Water at 0.48, 0.2. Two lakes!  Is it so?\nYes')).toEqual([
    'Water at 0.48, 0.2.',
    'Two lakes!',
    'Is it so?',
    'Yes', //
  ]);
  expect(splitSentences(' ... ')).toEqual([]);
});

it('sorts the sentences of a text', () => {
  expect(checkExplanation('There are three lakes. One lies in the top-right.', WATER)).toEqual({
    kept: ['There are three lakes.'],
    dropped: [{ sentence: 'One lies in the top-right.', reason: 'no such region lies in the top-right' }],
  });
});

it('shows nothing that only speaks on from what is not shown', () => {
  const { kept, dropped } = checkExplanation('Water covers most of this scene. There are two more regions.', WATER);
  expect([kept, dropped.at(-1)!.reason]).toEqual([[], 'speaks on from a sentence that is not shown']);
  expect(checkExplanation('There are three lakes. Two more regions are small.', WATER).dropped).toEqual([]);
  expect(checkExplanation('It looks dark and smooth.', WATER).dropped).toEqual([]);
});
