import {
  ALL,
  after,
  B,
  compare,
  correct,
  describeIt,
  explain,
  exportAs,
  extract,
  index,
  list,
  measure,
  only,
  restyle,
  say,
  type Utterance,
  V,
  W,
  withScenes,
} from './expectations.ts';

const HA = 10_000;
const KM2 = 1_000_000;
const ACRE = 4046.8564224;
const MU = 10_000 / 15;

/**
 * Written before any of it was tried, when the first four lists had been learnt from. At the first try 133 of these 164
 * were understood; the planner was improved afterwards, and one expectation (the second image named in a comparison) was
 * put right.
 */
export const FIFTH: readonly Utterance[] = [
  // Everyday wishes
  say('Could you please tell me where I can find some greenery?', extract(V)),
  say('where does the river run', extract(W, { word: 'river' })),
  say('I would love to see a mask of all houses', extract(B, { word: 'houses' })),
  say('any sign of flooding?', extract(W, { word: 'flooding' })),
  say('how built up is this place', measure(B, { unit: 'percent' })),
  say('is there much vegetation?', measure(V)),
  say('does the picture contain water', extract(W)),
  say('roughly how big is the lake', measure(W, { word: 'lake' })),
  say('please pick out trees and water for me', extract([V, W])),
  say('land that is neither water nor vegetation', extract(B)),
  say('show everything except for buildings', extract([V, W])),
  say('farms north of the centre', extract(V, { word: 'farms', filter: { part: 'north' } })),
  say('what does the scene contain?', describeIt(ALL)),
  say('give me an overview of the scene', describeIt(ALL)),
  say('can you see any rivers or lakes at all', extract(W, { word: 'rivers' })),
  say('segment buildings for me, thank you', extract(B)),
  say(
    'good morning! could you draw the outline of the lake?',
    extract(W, { word: 'lake', style: { mode: 'outline' } }),
  ),

  // Sizes and limits
  say('water bodies of more than one square kilometre', extract(W, { filter: { minAreaM2: KM2 } })),
  say('all buildings under 150 square metres', extract(B, { filter: { maxAreaM2: 150 } })),
  say('woods with at least 25 acres', extract(V, { word: 'woods', filter: { minAreaM2: 25 * ACRE } })),
  say('vegetation patches from 0.5 to 3 ha', extract(V, { filter: { minAreaM2: HA / 2, maxAreaM2: 3 * HA } })),
  after('show water').say('skip the ones below 400 m²', extract(W, { filter: { minAreaM2: 400 } })),
  after('show water').say('nothing under 2 hectares please', extract(W, { filter: { minAreaM2: 2 * HA } })),
  after('show water').say('limit that to the right half', extract(W, { filter: { part: 'east' } })),
  after('show water').say('the four biggest, please', extract(W, { filter: { largest: 4 } })),
  after('show buildings').say(
    'which of them are within 300 m of the lake?',
    extract(B, { filter: { near: { of: W, distanceM: 300 } } }),
  ),
  after('show buildings', 'only over 500 m2').say('take the limit off again', extract(B, { filter: {} })),
  after('show buildings').say('only number 3', extract(B, { filter: { regions: [3] } })),

  // Numbers
  after('show water').say('total?', measure(W)),
  after('show water').say('how much is it altogether in square kilometers', measure(W, { unit: 'km2' })),
  after('show water').say('what portion of the image is that', measure(W, { unit: 'percent' })),
  after('show water').say('how many separate bodies', measure(W, { measure: 'count' })),
  after('show water').say('size of number two', measure(W, { region: 2 })),
  after('show water').say('where can I find the largest', measure(W, { measure: 'where', region: 1 })),
  after('show water').say(
    'gap between the first and the second?',
    measure(W, { measure: 'distance', region: 1, toRegion: 2 }),
  ),
  after('show water').say('what is the mean MNDWI there', measure(W, { index: 'mndwi' })),
  after('show vegetation').say('average ndvi of the second biggest', measure(V, { index: 'ndvi', region: 2 })),
  after('show vegetation').say('how big on average', measure(V, { measure: 'average-area' })),
  after('show vegetation').say('how large are the three biggest', measure(V, { filter: { largest: 3 } })),
  say('how many m2 of roofs are there', measure(B, { unit: 'm2', word: 'roofs' })),
  say('tell me the forest area in km2', measure(V, { unit: 'km2', word: 'forest' })),
  say('what is the proportion of water to land', measure(W, { unit: 'percent' })),
  say('number of lakes in the south', measure(W, { measure: 'count', filter: { part: 'south' } })),

  // Ellipsis
  after('show vegetation').say('buildings too', extract(B)),
  after('show vegetation').say('what about the lakes?', extract(W, { word: 'lakes' })),
  after('show vegetation', 'how big is it?').say('and the water?', measure(W)),
  after('show vegetation', 'how big is region 1?').say('region 4?', measure(V, { region: 4 })),
  after('show vegetation', 'how many?').say(
    'and in the north?',
    measure(V, { measure: 'count', filter: { part: 'north' } }),
  ),
  after('show vegetation', 'larger than 1 ha').say('and 3 ha?', extract(V, { filter: { minAreaM2: 3 * HA } })),
  after('show NDVI').say('now EVI', index('evi')),
  after('show NDVI').say('greater than 0.25 only', index('ndvi', { threshold: { above: true, value: 0.25 } })),
  after('show water', 'make it green').say('no, purple', restyle(W, { style: { color: '#9467bd' } })),
  after('show water', 'zoom to region 3').say('out again', restyle(W, { style: { zoomRegion: 0 } })),
  after('show water', 'export as geojson').say('also as tiff', exportAs(W, { format: 'geotiff' })),
  withScenes(2, after('show water').say('other image?', extract(W, { scene: 'other' }))),
  withScenes(
    2,
    after('show water', 'what share is it?').say(
      'and the other image',
      measure(W, { unit: 'percent', scene: 'other' }),
    ),
  ),
  withScenes(2, after('what changed in the water?').say('and for buildings', compare(B))),
  withScenes(2, after('what changed in the water?').say('where was it lost?', compare(W))),

  // Two dates
  withScenes(2, say('how have the trees changed', compare(V, { word: 'trees' }))),
  withScenes(2, say('is there less water now', compare(W))),
  withScenes(2, say('compare ndvi of the two scenes', compare([], { index: 'ndvi' }))),
  withScenes(2, say('differences?', compare(ALL))),
  withScenes(2, say('what is different in the second image', compare(ALL, { scene: 2 }))),
  withScenes(2, say('how much new building area in hectares', compare(B, { unit: 'ha' }))),
  withScenes(2, say('vegetation in each of the images', extract(V, { scene: 'all' }))),
  withScenes(2, say('how many hectares of water on image 1', measure(W, { unit: 'ha', scene: 1 }))),
  withScenes(3, say('change from image 1 to image 2, buildings', compare(B, { scenes: [1, 2] }))),
  withScenes(3, say('work with the second scene from now on', describeIt([], { scene: 2 }))),
  withScenes(2, say('ljubljana: show the water', extract(W, { scene: 2 }))),

  // Indices
  say('make an NDWI image', index('ndwi')),
  say('areas of ndvi over .55', index('ndvi', { threshold: { above: true, value: 0.55 } })),
  say(
    'how much land has NDVI below 0.2, in acres',
    index('ndvi', { threshold: { above: false, value: 0.2 }, unit: 'acre' }),
  ),
  say('is the vegetation under water stress', index('ndmi')),
  say('soil moisture', index('ndmi')),
  say('where has it burned', index('nbr')),
  say('what is SAVI good for', explain([], { index: 'savi' })),
  say('what indices can you do?', only('help')),
  say('mean evi', measure([], { index: 'evi', measure: 'mean' })),

  // Why
  after('show buildings').say('how can you be sure these are buildings', explain(B, { aspect: 'sure' })),
  after('show buildings').say('what were the reasons', explain(B, { aspect: 'why' })),
  after('show buildings').say('is this number exact?', explain(B, { aspect: 'sure' })),
  after('show buildings').say('how was the area calculated', explain(B, { aspect: 'how' })),
  after('show buildings').say('describe your method', explain(B, { aspect: 'how' })),
  after('show buildings').say('what is the error of that figure', explain(B, { aspect: 'sure' })),

  // Looks and files
  after('show buildings').say('use a thicker colour, maybe dark red', restyle(B, { style: { color: '#d62728' } })),
  after('show buildings').say('less see-through', restyle(B, { style: { opacity: 0.68 } })),
  after('show buildings').say('30% opacity', restyle(B, { style: { opacity: 0.3 } })),
  after('show buildings').say(
    'show only the edges in cyan',
    restyle(B, { style: { mode: 'outline', color: '#17becf' } }),
  ),
  after('show buildings').say(
    'could you zoom in on the second largest',
    restyle(B, { style: { zoomRegion: 2 }, region: 2 }),
  ),
  after('show buildings').say('give me the shapes', exportAs(B, { format: 'geojson' })),
  after('show buildings').say('download everything as gpkg', exportAs(B, { format: 'geopackage' })),
  after('show buildings').say('I would like to open this in Excel', exportAs(B, { format: 'csv' })),
  after('show buildings').say('can I have the picture', exportAs(B, { format: 'png' })),
  after('show buildings').say('save as jpg', exportAs(B, { format: 'png' })),

  // Corrections and memory
  say('the first band is red, not blue', correct({ band: { name: 'red', index: 0 } })),
  say('the image is in RGB order', correct({ bands: ['red', 'green', 'blue'] })),
  say('band 5 = nir', correct({ band: { name: 'nir', index: 4 } })),
  say('actually the resolution is 60cm', correct({ pixelSizeM: 0.6 })),
  say('it was taken by worldview-3', correct({ sensor: 'worldview-3' })),
  after('show water').say('this is not right', correct({ complaint: 'this is not right' })),
  after('show water').say('region 2 is a swamp, no water', correct({ complaint: 'region 2 is a swamp, no water' })),
  after('show water').say(
    'you overlooked half of the river',
    correct({ complaint: 'you overlooked half of the river' }),
  ),
  after('show water', 'make it red').say('please restore the previous look', only('undo')),
  after('show water').say('repeat that', only('rerun')),
  say('let us call this scene Test area', only('rename', { name: 'Test area' })),
  say('what did we do so far', list([])),
  say('wipe everything you know about me', only('forget')),
  say('stop it please', only('cancel')),
  after('show water').say('show me a table of all regions', list(W)),

  // Not possible
  say('how many trucks are on the highway', only('decline')),
  say('what is the price per square metre here', only('decline')),
  say('what will the forest look like next year', only('decline')),
  say('how many inhabitants does the village have', only('decline')),
  say('count the trees individually', measure(V, { measure: 'count', word: 'trees' })),
  say('read the street signs', only('decline')),
  say('what is the elevation of the lake', only('decline')),
  say('is it legal to build here', only('decline')),
  say('draw me a cat', only('decline')),
  say('montre la végétation', extract(V)),
  say('dove si trova il fiume', only('decline')),
  say('what is 2+2', only('decline')),
  say('are you there?', only('help')),

  // Typing
  say('vegetaion lager than 2 hectars', extract(V, { filter: { minAreaM2: 2 * HA } })),
  say('wheres teh watr', extract(W)),
  say('shw bildings', extract(B)),
  say('waht percentge is wter', measure(W, { unit: 'percent' })),
  after('show water').say('how shure are you', explain(W, { aspect: 'sure' })),
  after('show water').say('dowload as cvs', exportAs(W, { format: 'csv' })),
  after('show water').say('zoom in teh bigest', restyle(W, { style: { zoomRegion: 1 }, region: 1 })),
  withScenes(2, say('compaire both imges', compare(ALL))),

  // Several at once
  say(
    'First list the lakes, then zoom to the biggest one, then explain why it is water',
    list(W),
    restyle(W, { style: { zoomRegion: 1 }, region: 1 }),
    explain(W, { aspect: 'why' }),
  ),
  say(
    'Show buildings near water and count them',
    extract(B, { filter: { near: { of: W, distanceM: 100 } } }),
    measure(B, { measure: 'count' }),
  ),
  say('NDVI and then the vegetation please', index('ndvi'), extract(V)),
  say(
    'show trees; make them dark green; export png',
    extract(V, { word: 'trees' }),
    restyle(V, { style: { color: '#2ca02c' } }),
    exportAs(V, { format: 'png' }),
  ),
  say('is there water? if so, how much?', extract(W), measure(W)),
  say('thank you. what is the largest patch of vegetation in hectares?', measure(V, { region: 1, unit: 'ha' })),

  // Chinese
  say('标出所有大于3公顷的农田', extract(V, { word: '农田', filter: { minAreaM2: 3 * HA } })),
  say('哪儿有水', extract(W)),
  say('房屋数量', measure(B, { measure: 'count' })),
  say('植被面积是多少亩', measure(V, { unit: 'mu' })),
  say('图像中部的建筑', extract(B, { filter: { part: 'center' } })),
  say('离河500米以内的房子有多少栋', measure(B, { measure: 'count', filter: { near: { of: W, distanceM: 500 } } })),
  after('显示水体').say('占比呢', measure(W, { unit: 'percent' })),
  after('显示水体').say('只看东边的', extract(W, { filter: { part: 'east' } })),
  after('显示水体').say('小于两亩的去掉', extract(W, { filter: { minAreaM2: 2 * MU } })),
  after('显示水体').say('换绿色', restyle(W, { style: { color: '#2ca02c' } })),
  after('显示水体').say('导出excel', exportAs(W, { format: 'csv' })),
  after('显示水体').say('最大的那块NDWI均值', measure(W, { index: 'ndwi', region: 1 })),
  after('显示水体').say('第一块和第二块距离多少', measure(W, { measure: 'distance', region: 1, toRegion: 2 })),
  after('显示水体').say('这里标错了', correct({ complaint: '这里标错了' })),
  after('显示水体').say('回到上一步', only('undo')),
  after('显示水体', '放大区域1').say('显示全图', restyle(W, { style: { zoomRegion: 0 } })),
  withScenes(2, say('对比一下两张图的建筑变化', compare(B))),
  withScenes(2, say('水变多了还是变少了', compare(W))),
  withScenes(2, after('显示植被').say('第二张图呢', extract(V, { scene: 2 }))),
  say('土壤湿度怎么样', index('ndmi')),
  say('NDVI大于等于0.4小于0.7的区域', index('ndvi', { threshold: { above: true, value: 0.4, upTo: 0.7 } })),
  say('波段依次是红绿蓝', correct({ bands: ['red', 'green', 'blue'] })),
  say('一个像素等于两米', correct({ pixelSizeM: 2 })),
  say('这栋楼值多少钱', only('decline')),
  say('未来十年植被会增加吗', only('decline')),
  say('取消', only('cancel')),
  say('这是什么地方的图', describeIt([])),
  say('怎么看出来是水的', explain(W)),
];
