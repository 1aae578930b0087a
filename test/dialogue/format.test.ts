import { expect, it } from 'vitest';
import { formatFor } from '../../src/dialogue/language/format.ts';

const en = formatFor('en');
const zh = formatFor('zh');

it.each<[number, Parameters<typeof en.area>[1], string]>([
  [0, null, '0 m²'],
  [412.4, null, '412.4 m²'],
  [9_999, null, '9,999 m²'],
  [10_000, null, '1 ha'],
  [123_456, null, '12.3 ha'],
  [99_999_000, null, '10,000 ha'],
  [123_456_789, null, '123.5 km²'],
  [10_000, 'acre', '2.47 acres'],
  [10_000, 'mu', '15 mu'],
  [1, 'ft2', '10.8 ft²'],
  [2_500, 'ha', '0.25 ha'],
  // A unit that is none of area leaves the choice to the size.
  [10_000, 'percent', '1 ha'],
])('%d m² as %s is %s', (m2, unit, text) => {
  expect(en.area(m2, unit)).toBe(text);
});

it.each([
  [0, '0%'],
  [0.00001, '< 0.01%'],
  [0.00456, '0.46%'],
  [0.2345, '23.5%'],
  [1, '100%'],
])('a share of %d is %s', (share, text) => {
  expect(en.percent(share)).toBe(text);
});

it('writes lengths, places and dates in the reader’s way', () => {
  expect(en.length(0.3)).toBe('0.3 m');
  expect(en.length(240)).toBe('240 m');
  expect(en.length(12_345)).toBe('12.3 km');
  expect(en.extent(5122.3, 4800)).toBe('5.12 × 4.8 km');
  expect(en.extent(512, 48.26)).toBe('512 × 48.3 m');
  expect(zh.extent(109_800, 109_800)).toBe('110 × 110 公里');
  expect(en.place([-70.5, -33.25])).toBe('33.25° S, 70.5° W');
  expect(zh.place([-70.5, -33.25])).toBe('南纬 33.25°，西经 70.5°');
  expect(en.date('2020-01-31')).toBe('31 January 2020');
  expect(zh.date('2020-01-31')).toBe('2020年1月31日');
  expect(zh.area(10_000)).toBe('1 公顷');
  expect(en.date('not a date')).toBe('not a date');
});
