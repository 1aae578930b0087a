import { expect, it } from 'vitest';
import { acquiredAt } from '../../../src/scene/values/acquired-at.ts';

it.each([
  ['T33UUU_20170216T102101_B02.jp2', '2017-02-16T10:21:01Z'],
  ['LC08_L1TP_224077_20200518_20200618_01_RT_B2.TIF', '2020-05-18'],
  ['m_3607717_sw_18_1_20160620_subset.tif', '2016-06-20'],
  ['S2_L1C_2015-07-11_13band.tif', '2015-07-11'],
  ['2020-08-04T18:29:19.024Z', '2020-08-04T18:29:19Z'],
  ['scene_2015_07_11.tif', '2015-07-11'],
  ['20201345.tif', null], // no such month
  ['20210229.tif', null], // no such day
  ['19650101.tif', null], // before the first Landsat
  ['056155973080_01_P001.tif', null],
  ['IMG_1234.jpg', null],
])('%s was taken %s', (text, expected) => expect(acquiredAt([text])).toBe(expected));

it('believes the first text that says something', () => {
  expect(acquiredAt(['', 'x', '2019-01-01', '20200101'])).toBe('2019-01-01');
});
