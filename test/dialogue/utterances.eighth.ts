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
  HA,
  index,
  list,
  MU,
  measure,
  only,
  PAINT,
  restyle,
  say,
  type Utterance,
  V,
  W,
  withScenes,
} from './vocabulary.ts';

/**
 * Written before any of it was tried, when the seventh list had been learnt from. At the first try 87 of these 128 were
 * understood; the planner was improved afterwards. Two expectations (an overview of built-up land is a list of it, a
 * corner is shown by a filter) were put right, and one wish that cannot be fulfilled yet (the original colour) was taken
 * out.
 */
export const EIGHTH: readonly Utterance[] = [
  // A water authority
  say('Please identify all reservoirs in this scene', extract(W, { word: 'reservoirs' })),
  say('total inundated area in square kilometres', measure(W, { word: 'inundated area', unit: 'km2' })),
  after('show water').say('keep water bodies of 3 ha and more', extract(W, { filter: { minAreaM2: 3 * HA } })),
  after('show water').say('which one is the smallest and how big is it?', measure(W, { measure: 'smallest' })),
  after('show water').say('mean MNDWI of the second one', measure(W, { index: 'mndwi', region: 2 })),
  after('show water').say('vegetation within 20 m of it', extract(V, { filter: { near: { of: W, distanceM: 20 } } })),
  withScenes(
    2,
    say(
      'Did the reservoir level drop between the dates? Show the difference in surface.',
      compare(W, { word: 'reservoir' }),
    ),
  ),
  withScenes(2, after('what changed in the water?').say('why do you think so', explain(W))),
  say('is the water clean enough for swimming', only('decline')),
  say('how many cubic metres does the reservoir hold', only('decline')),

  // A forester
  say('Map the tree stands', extract(V, { word: 'tree' })),
  say(
    'woodland share of the northern half',
    measure(V, { word: 'woodland', unit: 'percent', filter: { part: 'north' } }),
  ),
  after('show vegetation').say('drop patches smaller than 0.3 hectares', extract(V, { filter: { minAreaM2: 3000 } })),
  after('show vegetation', 'only over 1 ha').say('without that limit again', extract(V, { filter: {} })),
  after('show vegetation').say('are those spruces or beeches', only('decline')),
  after('show vegetation').say('sick trees?', index('ndvi')),
  withScenes(2, say('where has forest been cleared', compare(V, { word: 'forest' }))),
  after('show vegetation').say(
    'what is the average patch size in acres',
    measure(V, { measure: 'average-area', unit: 'acre' }),
  ),
  after('show vegetation').say('compute NBR too', index('nbr')),
  after('show vegetation').say('and the five smallest', extract(V, { filter: { smallest: 5 } })),

  // A town clerk
  say('Good morning, we would like an overview of the built-up land', list(B)),
  say(
    'how many homes are there north-east',
    measure(B, { measure: 'count', word: 'homes', filter: { part: 'top-right' } }),
  ),
  after('show buildings').say(
    'buildings over 1,000 m2, in black',
    extract(B, { filter: { minAreaM2: 1000 }, style: { color: PAINT.black } }),
  ),
  after('show buildings').say('what does the blue line mean', explain(B, { aspect: 'how' })),
  after('show buildings').say('let me have that as a spreadsheet', exportAs(B, { format: 'csv' })),
  after('show buildings').say('which of them were built without a permit', only('decline')),
  after('show buildings').say('you forgot the school', correct({ complaint: 'you forgot the school' })),
  after('show buildings').say(
    "that's not a building, that's a parking lot",
    correct({ complaint: "that's not a building, that's a parking lot" }),
  ),
  after('show buildings').say('how does that compare with the vegetation?', measure([B, V])),
  withScenes(2, say('net growth of built-up area in percent', compare(B, { unit: 'percent' }))),

  // A beekeeper, a climber, a pupil
  say('are there meadows close to the forest', extract(V, { word: 'meadows' })),
  say('what grows here', only('decline')),
  say('what are all the green things', extract(V)),
  say('show rocks', only('decline')),
  say('what colour is the water', only('decline')),
  say('how do satellites work', only('decline')),
  say('what does infrared mean', only('decline')),
  say('explain NDVI like I am five', explain([], { index: 'ndvi' })),
  say('do you know what EVI stands for', explain([], { index: 'evi' })),
  say('teach me how to use you', only('help')),

  // Thresholds and maps
  say('NDWI > 0', index('ndwi', { threshold: { above: true, value: 0 } })),
  say('plot ndmi, please', index('ndmi')),
  say('pixels where ndvi is at most 0.15', index('ndvi', { threshold: { above: false, value: 0.15 } })),
  say('ndvi between .4 and .7 please', index('ndvi', { threshold: { above: true, value: 0.4, upTo: 0.7 } })),
  say(
    'percentage of the scene with NDVI over 0.5',
    index('ndvi', { threshold: { above: true, value: 0.5 }, unit: 'percent' }),
  ),
  say('where is the bare ground', index('bsi')),
  after('NDVI above 0.6').say('raise it to 0.7', index('ndvi', { threshold: { above: true, value: 0.7 } })),
  after('NDVI above 0.6').say('the opposite', index('ndvi', { threshold: { above: false, value: 0.6 } })),
  after('show NDVI').say('save it as a tiff', exportAs([], { format: 'geotiff', index: 'ndvi' })),
  after('show NDVI').say('mean and median?', measure([], { index: 'ndvi' })),
  after('show vegetation').say('NDVI of the whole scene, average', measure([], { index: 'ndvi' })),
  say('colour composite with near infrared', only('decline')),

  // Looks
  after('show water').say('only its contour', restyle(W, { style: { mode: 'outline' } })),
  after('show water').say('I can barely see it, make it stronger', restyle(W, { style: { opacity: 0.98 } })),
  after('show water').say('closer on number 2', restyle(W, { style: { zoomRegion: 2 }, region: 2 })),
  after('show water', 'zoom to region 2').say('the whole picture again', restyle(W, { style: { zoomRegion: 0 } })),
  after('show water').say('#00ff00', restyle(W, { style: { color: '#00ff00' } })),

  after('show water').say('without overlay', describeIt([], { about: 'picture' })),

  // References
  after('show vegetation').say('#3: area in m2', measure(V, { region: 3, unit: 'm2' })),
  after('show vegetation', 'how big is the largest?').say(
    'where is that one',
    measure(V, { measure: 'where', region: 1 }),
  ),
  after('show vegetation', 'how big is region 2?').say(
    'zoom there',
    restyle(V, { style: { zoomRegion: 2 }, region: 2 }),
  ),
  after('show vegetation', 'show water').say(
    'distance between its two largest',
    measure(W, { measure: 'distance', region: 1, toRegion: 2 }),
  ),
  after('show vegetation', 'show water').say('export both please', exportAs([V, W])),
  after('show vegetation', 'show water').say('which one covers more', measure([V, W])),
  after('show water').say('the other two as well', extract([V, B])),
  withScenes(2, after('show water in the first image').say('and in the second?', extract(W, { scene: 2 }))),
  withScenes(2, after('show water').say('do that for all images', extract(W, { scene: 'all' }))),

  // Corrections
  say('Sorry, bands are swapped: red is the first one', correct({ band: { name: 'red', index: 0 } })),
  say(
    'You misread the bands. They are blue, green, red, red edge, nir',
    correct({ bands: ['blue', 'green', 'red', 'rededge071', 'nir'] }),
  ),
  say('one pixel is 30 by 30 m', correct({ pixelSizeM: 30 })),
  say('no, this was PlanetScope', correct({ sensor: 'planetscope' })),
  after('show water').say('no not water, trees', extract(V, { word: 'trees' })),
  after('show water').say('that looks off', correct({ complaint: 'that looks off' })),
  after('show water').say('region 1 should not be there', correct({ complaint: 'region 1 should not be there' })),
  after('show vegetation', 'larger than 2 ha').say(
    'i meant smaller than',
    extract(V, { filter: { maxAreaM2: 2 * HA } }),
  ),
  after('show water', 'make it red').say('hmm, I liked it better before', only('undo')),
  after('show water').say('forget all of this', only('forget')),
  say('what have we looked at until now', list([])),

  // Noise, feelings, typing
  say('hey @spex, sup? vegetation pls :)', extract(V)),
  say('uhm so like, could you maybe, you know, show me where the water is?', extract(W)),
  say('vegetatoin nad watter', extract([V, W])),
  say('shwo me teh lagest lake', extract(W, { word: 'lake', filter: { largest: 1 } })),
  say('hw mny hectars of forrest', measure(V, { unit: 'ha', word: 'forest' })),
  say('exprt bulidings as geojsn', exportAs(B, { format: 'geojson' })),
  after('show water').say('awsome thx', only('help', { about: 'thanks' })),
  say('you are stupid', only('clarify')),
  say('how was your weekend', only('decline')),
  say('The file is from my uncle. He owns a farm. Where is the water on it?', extract(W)),
  say('water?? and how much of it??', extract(W), measure(W)),
  say(
    'Show vegetation in green, water in blue. Then compare their sizes.',
    extract(V, { style: { color: PAINT.green } }),
    extract(W, { style: { color: PAINT.blue } }),
    measure([V, W]),
  ),
  after('show water').say('ok thanks, next: buildings', extract(B)),

  // Chinese
  say('把河道提取出来看看', extract(W, { word: '河道' })),
  say('麻烦看下有多少亩耕地', measure(V, { unit: 'mu', word: '耕地' })),
  say('想知道建筑物占地多少公顷', measure(B, { unit: 'ha' })),
  say('左边的湖', extract(W, { word: '湖', filter: { part: 'west' } })),
  say('面积排前三的水体', extract(W, { filter: { largest: 3 } })),
  say('一万平方米以上的林地', extract(V, { word: '林地', filter: { minAreaM2: 10_000 } })),
  say('有没有靠近河的厂房', extract(B, { word: '厂房', filter: { near: { of: W, distanceM: 100 } } })),
  say('植被水体建筑都要', extract(ALL)),
  after('显示植被').say('哪一块最大', measure(V, { region: 1 })),
  after('显示植被').say('它的NDVI平均值', measure(V, { index: 'ndvi' })),
  after('显示植被').say('一共多大', measure(V)),
  after('显示植被').say('删掉五亩以下的小块', extract(V, { filter: { minAreaM2: 5 * MU } })),
  after('显示植被').say('给个理由', explain(V)),
  after('显示植被').say('把图存下来', exportAs(V, { format: 'png' })),
  after('显示植被').say('边界画出来就行,不要填充', restyle(V, { style: { mode: 'outline' } })),
  after('显示植被').say('右上角放大', extract(V, { filter: { part: 'top-right' } })),
  after('显示植被', '多少公顷').say('平方公里呢', measure(V, { unit: 'km2' })),
  after('显示植被').say('还是看水吧', extract(W)),
  after('显示植被').say('不是这个意思,我要建筑', extract(B)),
  after('显示植被', '用红色').say('还是原来的样子好,退回去', only('undo')),
  withScenes(2, say('前后两期相比水面缩了多少公顷', compare(W, { unit: 'ha' }))),
  withScenes(2, say('哪里新建了楼', compare(B, { word: '楼' }))),
  withScenes(2, after('显示植被').say('第一张也来一遍', extract(V, { scene: 1 }))),
  say('算个NDWI', index('ndwi')),
  say('水体指数大于0.2', index('ndwi', { threshold: { above: true, value: 0.2 } })),
  say('第四波段才是近红外', correct({ band: { name: 'nir', index: 3 } })),
  say('分辨率三十厘米', correct({ pixelSizeM: 0.3 })),
  say('这张叫东湖', only('rename', { name: '东湖' })),
  say('水干净吗', only('decline')),
  say('帮我写个报告', only('decline')),
  say('停下来', only('cancel')),
];
