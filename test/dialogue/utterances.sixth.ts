import {
  ACRE,
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
 * Written before any of it was tried, when the first five lists had been learnt from. At the first try 89 of these 122
 * were understood; the planner was improved afterwards, two expectations ("smallest?", "what threshold … and why") were
 * put right, and one that stood in another list was replaced.
 */
export const SIXTH: readonly Utterance[] = [
  // A planner at the city hall
  say('We need the sealed surfaces of this district', extract(B)),
  after('show buildings').say(
    'and what does that make in percent of the whole district?',
    measure(B, { unit: 'percent' }),
  ),
  after('show buildings').say(
    'I only care about the ones bigger than 400 sqm',
    extract(B, { filter: { minAreaM2: 400 } }),
  ),
  after('show buildings', 'only over 400 m2').say('how many remain?', measure(B, { measure: 'count' })),
  say(
    'houses at risk: closer than 100 m to the lake',
    extract(B, { word: 'houses', filter: { near: { of: W, distanceM: 100 } } }),
  ),
  say('ratio of green to built-up', measure([V, B], { unit: 'percent' })),
  after('show buildings').say(
    'Could I have the roof outlines as a shapefile for our GIS?',
    exportAs(B, { format: 'geopackage' }),
  ),
  after('show buildings').say('please put that into a table sorted by size', list(B)),
  after('show buildings').say('who owns the largest one', only('decline')),
  withScenes(
    2,
    say('how many hectares of open land have been built over between the two dates?', compare(B, { unit: 'ha' })),
  ),
  say('a quick inventory of green areas of at least half a hectare', list(V, { filter: { minAreaM2: HA / 2 } })),

  // A field worker of an aid organisation
  say('which areas are under water right now', extract(W)),
  say('is this place dry or is there any water left', extract(W)),
  withScenes(2, say('forest loss since the first image', compare(V, { word: 'forest', scene: 1 }))),
  withScenes(2, say('did the refugee camp grow', compare(B))),
  say('how much farmland is there, in acres pls', measure(V, { unit: 'acre', word: 'farmland' })),
  after('show water').say('can our trucks get through', only('decline')),
  say('which tribe lives here', only('decline')),
  after('show water').say(
    'ok but leave away the small stuff under 1000 m2',
    extract(W, { filter: { minAreaM2: 1000 } }),
  ),
  after('show water').say('export everything for QGIS', exportAs(W, { format: 'geopackage' })),
  say(
    'settlements next to the river',
    extract(B, { word: 'settlements', filter: { near: { of: W, distanceM: 100 } } }),
  ),
  say('standing water south of the village?', extract(W, { word: 'standing water', filter: { part: 'south' } })),

  // A farmer
  say('Here are my fields from the drone, 3 cm a pixel', correct({ pixelSizeM: 0.03 })),
  say('which bits of the field are doing badly?', index('ndvi')),
  say('map how dry the soil is', index('ndmi')),
  after('show vegetation').say(
    "that bit at the bottom right ain't crop, it's weeds",
    correct({ complaint: "that bit at the bottom right isn't crop, it's weeds" }),
  ),
  say('total crop area please, hectares', measure(V, { unit: 'ha', word: 'crop' })),
  say('when should i irrigate', only('decline')),
  say('how much fertiliser do i need', only('decline')),
  after('show NDVI').say('everything under point four', index('ndvi', { threshold: { above: false, value: 0.4 } })),
  after('NDVI below 0.4').say(
    'and as a percentage?',
    index('ndvi', { threshold: { above: false, value: 0.4 }, unit: 'percent' }),
  ),
  say('my paddocks over five acres', extract(V, { word: 'paddocks', filter: { minAreaM2: 5 * ACRE } })),

  // A doctoral student of remote sensing
  say('Compute MNDWI and threshold it at 0.1', index('mndwi', { threshold: { above: true, value: 0.1 } })),
  say('NDVI in [0.2, 0.5]', index('ndvi', { threshold: { above: true, value: 0.2, upTo: 0.5 } })),
  after('show water').say('report mean and std of NDWI within the mask', measure(W, { index: 'ndwi' })),
  after('show vegetation').say(
    'what threshold did you use and why',
    explain(V, { aspect: 'how' }),
    explain(V, { aspect: 'why' }),
  ),
  after('show vegetation').say('do the index and the network agree?', explain(V, { aspect: 'sure' })),
  say('what is the spatial resolution and the projection', describeIt([])),
  say('list the bands with wavelengths', describeIt([])),
  say('Is this TOA or surface reflectance?', describeIt([])),
  say('how much of the scene is nodata', describeIt([])),
  withScenes(2, say('difference of NDVI between image 1 and 2', compare([], { index: 'ndvi', scenes: [1, 2] }))),
  say('B4 is actually the red-edge band', correct({ band: { name: 'rededge071', index: 3 } })),
  after('show buildings').say('which publication does the method come from', explain(B, { aspect: 'how' })),

  // An impatient teenager
  say('yo show me da trees', extract(V, { word: 'trees' })),
  say('wheres my house', extract(B, { word: 'house' })),
  after('show water').say('pink!!!', restyle(W, { style: { color: PAINT.pink } })),
  after('show water').say('nah go back', only('undo')),
  say('is that from a real satellite', describeIt([])),
  say('can u see me', only('decline')),
  say('idk just show me something', only('clarify')),
  after('show vegetation').say('bruh thats wrong', correct({ complaint: "bruh that's wrong" })),
  after('show vegetation').say('lol ok and the pool?', extract(W, { word: 'pool' })),
  say('hm', only('clarify')),
  after('show vegetation').say('gimme the pic', exportAs(V, { format: 'png' })),

  // People who learn English
  say('Please to mark where is the vegetation', extract(V)),
  say('I want know how many hectare has the forest', measure(V, { unit: 'ha', word: 'forest' })),
  say('In this image there is houses?', extract(B, { word: 'houses' })),
  after('show water').say('The lake most big, how much area?', measure(W, { region: 1 })),
  after('show water').say('it is possible to have in colour orange?', restyle(W, { style: { color: PAINT.orange } })),
  after('show water').say('explain me please this result', explain(W)),
  say('the surface of water in meters square', measure(W, { unit: 'm2' })),
  withScenes(2, say('what have changed between photos', compare(ALL))),
  say('where are located the buildings', extract(B)),
  after('show buildings').say(
    'the same but without these of less than 100 square meter',
    extract(B, { filter: { minAreaM2: 100 } }),
  ),
  say('it is how many percent vegetation in the picture', measure(V, { unit: 'percent' })),

  // Chinese, as it is spoken
  say('这图里绿的地方有多少', measure(V)),
  say('给我瞅瞅水在哪儿', extract(W)),
  say('房子都给我圈出来', extract(B, { word: '房子' })),
  after('显示水体').say('太小的别要,一公顷以下的都不要', extract(W, { filter: { minAreaM2: HA } })),
  after('显示水体').say('这个靠谱不', explain(W, { aspect: 'sure' })),
  after('显示水体').say('咋看出来的', explain(W)),
  after('显示水体').say('最大那片多少亩啊', measure(W, { region: 1, unit: 'mu' })),
  after('显示水体').say('颜色换成紫的', restyle(W, { style: { color: PAINT.purple } })),
  after('显示水体').say('发我一份表', exportAs(W, { format: 'csv' })),
  after('显示水体').say('不对劲啊,那块是影子', correct({ complaint: '不对劲啊,那块是影子' })),
  withScenes(2, say('这两年树少了没', compare(V, { word: '树' }))),
  withScenes(2, say('新盖的房子有多少', compare(B, { word: '房子' }))),
  say('地里旱不旱', index('ndmi')),
  say('庄稼长得好不好', index('ndvi')),
  say('村子有多大', measure(B, { word: '村子' })),
  say('离河不到一百米的房子', extract(B, { word: '房子', filter: { near: { of: W, distanceM: 100 } } })),
  say('这地方能住人吗', only('decline')),
  say('房子值钱不', only('decline')),
  after('显示植被', '最大的有多大').say('第三呢', measure(V, { region: 3 })),
  say('看看就水和房子吧', extract([W, B])),
  after('显示植被').say('再加上水', extract(W)),
  say('像元大小改成10米', correct({ pixelSizeM: 10 })),
  say('谢啦,再看下建筑', extract(B)),
  say('帮我统计一下各类地物面积', measure(ALL)),
  after('显示植被').say('西北角的就行', extract(V, { filter: { part: 'top-left' } })),
  after('显示植被').say('刚才那步撤了吧', only('undo')),
  say('这是啥时候拍的', describeIt([])),
  after('显示植被').say('三亩到十亩之间的', extract(V, { filter: { minAreaM2: 3 * MU, maxAreaM2: 10 * MU } })),

  // Several wishes, and what stands between them
  say('Hi there! Quick one: any lakes? Thanks', extract(W, { word: 'lakes' })),
  after('show water').say('perfect, thanks!', only('help', { about: 'thanks' })),
  after('show water').say(
    'great. now the same in the northern part and then send me a geotiff',
    extract(W, { filter: { part: 'north' } }),
    exportAs(W, { format: 'geotiff' }),
  ),
  say(
    '1) vegetation 2) water 3) export both as geojson',
    extract(V),
    extract(W),
    exportAs([V, W], { format: 'geojson' }),
  ),
  say(
    'Trees: area? share? count?',
    measure(V, { measure: 'area', word: 'trees' }),
    measure(V, { unit: 'percent' }),
    measure(V, { measure: 'count' }),
  ),
  say(
    'show buildings, count them, and tell me the biggest',
    extract(B),
    measure(B, { measure: 'count' }),
    measure(B, { region: 1 }),
  ),
  after('show vegetation').say(
    'why so little? and how sure are you?',
    explain(V, { aspect: 'why' }),
    explain(V, { aspect: 'sure' }),
  ),

  // Without a verb
  say('lakes > 3 ha, south', extract(W, { word: 'lakes', filter: { minAreaM2: 3 * HA, part: 'south' } })),
  say('forest: hectares', measure(V, { word: 'forest', unit: 'ha' })),
  after('show vegetation').say('smallest?', extract(V, { filter: { smallest: 1 } })),
  after('show vegetation').say('outlines, yellow', restyle(V, { style: { mode: 'outline', color: PAINT.yellow } })),
  after('show vegetation').say('CRS of the export?', describeIt([])),
  withScenes(2, after('show vegetation').say('image 1 vs image 2', compare(V, { scenes: [1, 2] }))),
  withScenes(2, after('show vegetation').say('scene 2, please', extract(V, { scene: 2 }))),

  // Corrections of what was said
  after('show water').say('sorry, I meant vegetation', extract(V)),
  after('show water').say('no no, only in the east', extract(W, { filter: { part: 'east' } })),
  after('show vegetation', 'larger than 2 ha').say('sorry, 20', extract(V, { filter: { minAreaM2: 20 * HA } })),
  after('show vegetation', 'how many hectares is it?').say('I meant acres', measure(V, { unit: 'acre' })),
  after('show vegetation').say('too bright, tone it down a bit', restyle(V, { style: { opacity: 0.39 } })),
  after('show buildings').say(
    'those white things are greenhouses, not houses',
    correct({ complaint: 'those white things are greenhouses, not houses' }),
  ),
  after('show buildings').say('try that again but with water', extract(W)),

  // About the picture itself
  say('how big an area does the picture cover', describeIt([])),
  say('can I see the picture without colours on it', describeIt([], { about: 'picture' })),
  say('how cloudy was it', describeIt([])),
  say('what am I looking at here?', describeIt(ALL)),
  say('Please summarise the scene in a few sentences', describeIt(ALL)),
];
