import { expect, it } from 'vitest';
import { groupFiles } from '../../src/dialogue/group-files.ts';

const grouped = (...names: string[]) =>
  groupFiles(names.map((name) => ({ name, path: `/data/${name}` }))).map((files) => files.map((f) => f.name));

it.each<[string, string[], string[][]]>([
  [
    'a Mavic 3M capture',
    ['DJI_2024_0001_MS_G.TIF', 'DJI_2024_0001_MS_R.TIF', 'DJI_2024_0001_MS_RE.TIF', 'DJI_2024_0001_MS_NIR.TIF'],
    [['DJI_2024_0001_MS_G.TIF', 'DJI_2024_0001_MS_R.TIF', 'DJI_2024_0001_MS_RE.TIF', 'DJI_2024_0001_MS_NIR.TIF']],
  ],
  [
    'two MicaSense captures',
    ['IMG_0123_1.tif', 'IMG_0123_2.tif', 'IMG_0124_1.tif', 'IMG_0124_2.tif'],
    [
      ['IMG_0123_1.tif', 'IMG_0123_2.tif'],
      ['IMG_0124_1.tif', 'IMG_0124_2.tif'],
    ],
  ],
  ['a P4 Multispectral capture', ['DJI_0011.TIF', 'DJI_0015.TIF'], [['DJI_0011.TIF', 'DJI_0015.TIF']]],
  ['photographs of a drone', ['DJI_0011.JPG', 'DJI_0012.JPG'], [['DJI_0011.JPG'], ['DJI_0012.JPG']]],
  ['one file', ['a.tif'], [['a.tif']]],
  [
    'two dates',
    ['S2_2015-07-11_13band.tif', 'S2_2015-07-31_13band.tif'],
    [['S2_2015-07-11_13band.tif'], ['S2_2015-07-31_13band.tif']],
  ],
  [
    'Sentinel-2 bands of different pixel size',
    ['T33UUU_20170216T102101_B02_10m.jp2', 'T33UUU_20170216T102101_B11_20m.jp2', 'T33UUU_20170216T102101_SCL_20m.jp2'],
    [
      [
        'T33UUU_20170216T102101_B02_10m.jp2',
        'T33UUU_20170216T102101_B11_20m.jp2',
        'T33UUU_20170216T102101_SCL_20m.jp2',
      ],
    ],
  ],
  [
    'Landsat Collection 2 with QA and metadata',
    [
      'LC08_L2SP_193023_20200915_02_T1_SR_B4.TIF',
      'LC08_L2SP_193023_20200915_02_T1_SR_B5.TIF',
      'LC08_L2SP_193023_20200915_02_T1_QA_PIXEL.TIF',
      'LC08_L2SP_193023_20200915_02_T1_MTL.txt',
    ],
    [
      [
        'LC08_L2SP_193023_20200915_02_T1_SR_B4.TIF',
        'LC08_L2SP_193023_20200915_02_T1_SR_B5.TIF',
        'LC08_L2SP_193023_20200915_02_T1_QA_PIXEL.TIF',
        'LC08_L2SP_193023_20200915_02_T1_MTL.txt',
      ],
    ],
  ],
  [
    'two acquisitions of single bands',
    ['2020_red.tif', '2021_red.tif', '2020_nir.tif', '2021_nir.tif'],
    [
      ['2020_red.tif', '2020_nir.tif'],
      ['2021_red.tif', '2021_nir.tif'],
    ],
  ],
  [
    'bands by one letter',
    ['Vegas-01_P001-WV03-R.tif', 'Vegas-01_P001-WV03-N.tif'],
    [['Vegas-01_P001-WV03-R.tif', 'Vegas-01_P001-WV03-N.tif']],
  ],
  ['bands without a stem', ['red.tif', 'green.tif', 'nir.tif'], [['red.tif', 'green.tif', 'nir.tif']]],
  ['a stack and a picture', ['field.tif', 'photo.jpg'], [['field.tif'], ['photo.jpg']]],
  ['a picture with its world file', ['photo.jpg', 'photo.jgw'], [['photo.jpg', 'photo.jgw']]],
  ['two archives', ['LC08_B4.zip', 'LC08_B5.zip'], [['LC08_B4.zip'], ['LC08_B5.zip']]],
  [
    'two Landsat scenes with their metadata, angles and surface temperature',
    [
      ...['SR_B4', 'ST_B10', 'ST_EMIS', 'SR_QA_AEROSOL', 'SZA'].map((band) => `LC08_L2SP_1_20200915_02_T1_${band}.TIF`),
      ...['SR_B4', 'SR_ATMOS_OPACITY'].map((band) => `LE07_L2SP_1_20020915_02_T1_${band}.TIF`),
      'LE07_L2SP_1_20020915_02_T1_MTL.txt',
      'LC08_L2SP_1_20200915_02_T1_MTL.txt',
      'notes.txt',
    ],
    [
      [
        ...['SR_B4', 'ST_B10', 'ST_EMIS', 'SR_QA_AEROSOL', 'SZA'].map(
          (band) => `LC08_L2SP_1_20200915_02_T1_${band}.TIF`,
        ),
        'LC08_L2SP_1_20200915_02_T1_MTL.txt',
      ],
      [
        ...['SR_B4', 'SR_ATMOS_OPACITY'].map((band) => `LE07_L2SP_1_20020915_02_T1_${band}.TIF`),
        'LE07_L2SP_1_20020915_02_T1_MTL.txt',
      ],
    ],
  ],
  [
    'both thermal bands of Landsat 7',
    ['LE07_L1TP_1_20020101_T1_B5.TIF', 'LE07_L1TP_1_20020101_T1_B6_VCID_1.TIF'],
    [['LE07_L1TP_1_20020101_T1_B5.TIF', 'LE07_L1TP_1_20020101_T1_B6_VCID_1.TIF']],
  ],
  [
    'a Planet order of two scenes',
    [
      '20230101_101500_78_2456_3B_AnalyticMS_SR_8b_clip.tif',
      '20230101_101500_78_2456_3B_udm2_clip.tif',
      '20230101_101500_78_2456_metadata.json',
      '20230203_101500_78_2456_3B_AnalyticMS_SR_8b_clip.tif',
      '20230203_101500_78_2456_metadata.json',
    ],
    [
      [
        '20230101_101500_78_2456_3B_AnalyticMS_SR_8b_clip.tif',
        '20230101_101500_78_2456_3B_udm2_clip.tif',
        '20230101_101500_78_2456_metadata.json',
      ],
      ['20230203_101500_78_2456_3B_AnalyticMS_SR_8b_clip.tif', '20230203_101500_78_2456_metadata.json'],
    ],
  ],
  [
    'a picture with its position and system',
    ['photo.jpg', 'photo.jgw', 'photo.prj'],
    [['photo.jpg', 'photo.jgw', 'photo.prj']],
  ],
  ['text alone', ['a.txt', 'b.xml'], [['a.txt', 'b.xml']]],
  ['hostile names', ['../../B4.tif', '..\\..\\B5.tif'], [['../../B4.tif', '..\\..\\B5.tif']]],
])('%s', (_what, names, expected) => {
  expect(grouped(...names)).toEqual(expected);
});
