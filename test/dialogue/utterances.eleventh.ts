import {
  ALL,
  after,
  B,
  compare,
  correct,
  explain,
  exportAs,
  extract,
  HA,
  index,
  list,
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
 * Written together with the ninth list and tried when the tenth had been learnt from: 44 of these 60 were understood (38
 * by the planner before the ninth). Two expectations were put right (stress is a lack of moisture, what is to be mailed
 * is handed over), and one utterance that stood in another list was taken out.
 */
export const ELEVENTH: readonly Utterance[] = [
  // A city-hall clerk
  say('We need to know how much of the district is paved or built on', measure(B)),
  after('show buildings').say('the overall total in hectares would be enough', measure(B, { unit: 'ha' })),
  say('which roofs exceed 1000 m²', extract(B, { filter: { minAreaM2: 1000 } })),
  after('show buildings').say(
    'could you put a red line around each',
    restyle(B, { style: { mode: 'outline', color: PAINT.red } }),
  ),
  after('show buildings').say(
    'what is the distance between building 2 and building 4?',
    measure(B, { measure: 'distance', region: 2, toRegion: 4 }),
  ),
  after('show buildings').say('send it to my boss by mail', exportAs(B)),
  say('open a ticket with IT', only('decline')),
  after('show buildings', 'make it red').say('I pressed the wrong thing, take that back', only('undo')),
  say('which results do we have by now', list([])),
  after('show buildings').say('a PNG for the slides', exportAs(B, { format: 'png' })),

  // An aid worker
  say('we lost contact with the area. are there still buildings standing?', extract(B)),
  say('show water points', extract(W)),
  after('show buildings').say('how far do they have to walk to water', measure([B, W], { measure: 'distance' })),
  say('nearest forest to the settlement - how many metres?', measure([V, B], { measure: 'distance' })),
  withScenes(2, say('damage assessment: which houses are gone', compare(B))),
  withScenes(2, say('count the shelters in both images', measure(B, { measure: 'count', scene: 'all' }))),
  after('show buildings').say('tarps are not buildings', correct({ complaint: 'tarps are not buildings' })),
  say('lakes and rivers over 2 ha', extract(W, { filter: { minAreaM2: 2 * HA } })),
  say('evacuation route?', only('decline')),
  say('send a drone', only('decline')),
  say('gps position of the biggest lake', measure(W, { measure: 'where', region: 1 })),

  // A student of remote sensing
  say('give me SAVI and EVI for this scene', index('savi'), index('evi')),
  after('show NDVI').say('what is the median', measure([], { index: 'ndvi' })),
  say('please use 0.4 as ndvi threshold', index('ndvi', { threshold: { above: true, value: 0.4 } })),
  after('NDVI above 0.4').say('loosen it to 0.3', index('ndvi', { threshold: { above: true, value: 0.3 } })),
  say('difference between NDVI and EVI?', explain([], { index: 'ndvi' }), explain([], { index: 'evi' })),
  say(
    'there are five bands: coastal, blue, green, red, nir',
    correct({ bands: ['coastal', 'blue', 'green', 'red', 'nir'] }),
  ),
  say('you swapped red and blue', correct({ bands: ['red', 'green', 'blue', 'nir'] })),
  say('resolution: 50cm', correct({ pixelSizeM: 0.5 })),
  after('show water').say('which threshold did you use', explain(W, { aspect: 'how' })),
  say('segmentation of the whole image please', extract(ALL)),
  after('show vegetation').say('zoom in on the second biggest', restyle(V, { style: { zoomRegion: 2 }, region: 2 })),
  after('show vegetation').say('histogram of region sizes', only('decline')),

  // A farmer
  say('got any ponds in the top half?', extract(W, { filter: { part: 'north' } })),
  say('hw many heactares is teh biggest feild', measure(V, { region: 1, unit: 'ha' })),
  say('which parts look stressed', index('ndmi')),
  say('will i get a good harvest', only('decline')),
  say('sell me a tractor', only('decline')),
  after('show vegetation').say(
    'them little bits can go, under 200 square metres',
    extract(V, { filter: { minAreaM2: 200 } }),
  ),
  after('show vegetation').say('cheers mate', only('help', { about: 'thanks' })),
  withScenes(2, say('less green than last season?', compare(V))),
  say('cows?', only('decline')),

  // A journalist
  say('Explain to a layperson how you recognise water', explain(W, { aspect: 'how' })),
  after('show water').say('are you absolutely positive?', explain(W, { aspect: 'sure' })),
  after('show water').say("what's the evidence", explain(W)),
  say(
    'Show forest, then how large, then where the largest piece lies',
    extract(V),
    measure(V),
    measure(V, { measure: 'where', region: 1 }),
  ),
  say('is this Photoshop', only('decline')),
  say('greetings from Hamburg! any lakes in there?', extract(W)),
  after('show water').say('same for trees but in green', extract(V, { style: { color: PAINT.green } })),
  after('show water').say('rename it to Alster', only('rename', { name: 'Alster' })),

  // Chinese
  say('统计各类地物的面积', measure(ALL)),
  after('显示植被').say('房子呢?也按公顷给我', measure(B, { unit: 'ha' })),
  after('显示植被').say('最大那片在什么位置', measure(V, { measure: 'where', region: 1 })),
  say('湖离最近的房子多远', measure([W, B], { measure: 'distance' })),
  after('显示植被').say('只要中间那部分', extract(V, { filter: { part: 'center' } })),
  after('显示植被').say('你凭什么说这是植被', explain(V)),
  after('显示水体').say('漏了一条小河', correct({ complaint: '漏了一条小河' })),
  withScenes(2, say('城区扩张了多少平方公里', compare(B, { unit: 'km2' }))),
  say('把水标出来,再告诉我水深多少', extract(W), only('decline')),
];
