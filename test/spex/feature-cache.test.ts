import { expect, it } from 'vitest';
import { FeatureCache } from '../../src/spex/feature-cache.ts';

const keysOf = (cache: FeatureCache<string>): string[] => ['a', 'b', 'c'].filter((key) => cache.get(key));

it('forgets what was not used for longest when it is full', () => {
  const cache = new FeatureCache<string>(10);
  cache.set('a', 'A', 5);
  cache.set('b', 'B', 5);
  cache.get('a');
  cache.set('c', 'C', 5);
  expect(keysOf(cache)).toEqual(['a', 'c']);
});

it('counts an entry that is set again once', () => {
  const cache = new FeatureCache<string>(10);
  cache.set('a', 'A', 6);
  cache.set('a', 'AA', 6);
  cache.set('b', 'B', 4);
  expect(keysOf(cache)).toEqual(['a', 'b']);
  expect(cache.get('a')).toBe('AA');
});

it('keeps the newest even when it alone is too large', () => {
  const cache = new FeatureCache<string>(10);
  cache.set('a', 'A', 5);
  cache.set('b', 'B', 50);
  expect(keysOf(cache)).toEqual(['b']);
});
