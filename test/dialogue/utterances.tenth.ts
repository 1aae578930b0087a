import {
  ACRE,
  ALL,
  after,
  B,
  compare,
  correct,
  describeIt,
  explain,
  extract,
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
 * Written together with the ninth list and tried when that had been learnt from: 49 of these 60 were understood (43 by
 * the planner before it). Three expectations were put right (the previous picture is the other one, what stands on
 * fields is near them, a complaint keeps its apostrophe), and one utterance that stood in another list was taken out.
 */
export const TENTH: readonly Utterance[] = [
  // A journalist
  say('Is there any water at all in this shot, and if so how much?', extract(W), measure(W)),
  say("I'm writing about urban sprawl: mark the built-up bits", extract(B)),
  after('show buildings').say('make it pop more', restyle(B, { style: { opacity: 0.98 } })),
  after('show buildings').say(
    'just the edges, thanks, and in yellow',
    restyle(B, { style: { mode: 'outline', color: PAINT.yellow } }),
  ),
  withScenes(2, say('What is there now that was not there before?', compare(ALL))),
  withScenes(2, say('by how many percent has the green space declined', compare(V, { unit: 'percent' }))),
  after('show water').say('how do you know?', explain(W)),
  after('show water').say('on a scale from one to ten, how confident are you', explain(W, { aspect: 'sure' })),
  say('who took this and what for', only('decline')),
  say('summarise the scene for my readers', describeIt(ALL)),

  // A farmer
  say('any standing water on the paddocks', extract(W, { filter: { near: { of: V, distanceM: 100 } } })),
  say('how big is the orchard next to the farmhouse', measure(V, { filter: { near: { of: B, distanceM: 100 } } })),
  say('when should I spray', only('decline')),
  say('how much bush is left on the west side', measure(V, { filter: { part: 'west' } })),
  after('show vegetation').say(
    'knock off anything below a quarter acre',
    extract(V, { filter: { minAreaM2: ACRE / 4 } }),
  ),
  after('show vegetation').say(
    'no thats wrong, half of it is weeds',
    correct({ complaint: "no that's wrong, half of it is weeds" }),
  ),
  after('show vegetation').say('what about the water hole', extract(W)),
  say('where do the crops need water', index('ndmi')),
  say('how much fertilizer do i need', only('decline')),
  say('measure the forest and tell me who owns it', measure(V), only('decline')),

  // An aid worker
  say('distance from the biggest pond to the closest house', measure([W, B], { measure: 'distance', region: 1 })),
  say('how far is it between the village and the forest', measure([B, V], { measure: 'distance' })),
  after('show vegetation').say(
    'how far is region 1 from the water',
    measure([V, W], { measure: 'distance', region: 1 }),
  ),
  say(
    'huts larger than twenty square metres and smaller than sixty',
    extract(B, { filter: { minAreaM2: 20, maxAreaM2: 60 } }),
  ),
  after('show buildings').say('those along the upper edge', extract(B, { filter: { part: 'north' } })),
  after('show buildings').say('give me the list, biggest first', list(B)),
  after('show buildings').say('coordinates of number four please', measure(B, { measure: 'where', region: 4 })),
  withScenes(2, say('is the flood water receding', compare(W))),
  withScenes(2, after('show buildings').say('same again for the previous picture', extract(B, { scene: 'other' }))),
  say('how many people live in those huts', only('decline')),
  say('are the roads passable', only('decline')),

  // A student of remote sensing
  say(
    'Threshold NDVI between 0.2 and 0.5, area in hectares?',
    index('ndvi', { threshold: { above: true, value: 0.2, upTo: 0.5 }, unit: 'ha' }),
  ),
  say('what does a negative ndvi mean', explain([], { index: 'ndvi' })),
  say('ground sampling distance is 10 m', correct({ pixelSizeM: 10 })),
  say('this is sentinel 2 btw', correct({ sensor: 'sentinel-2' })),
  say('band 4 = red', correct({ band: { name: 'red', index: 3 } })),
  say('my nir is in channel one', correct({ band: { name: 'nir', index: 0 } })),
  say('where does the NDVI drop below zero', index('ndvi', { threshold: { above: false, value: 0 } })),
  say('confusion matrix?', only('decline')),
  after('show vegetation').say('could you run that once more', only('rerun')),
  after('show vegetation', 'show water').say('put both on one picture', extract([V, W])),
  say('train a random forest', only('decline')),
  say('buildngs witin 50m of teh rver', extract(B, { filter: { near: { of: W, distanceM: 50 } } })),

  // A city-hall clerk
  say('Dear bot, kindly provide the surface area of all roofs in square metres.', measure(B, { unit: 'm2' })),
  after('show buildings').say('call this picture "Market square"', only('rename', { name: 'Market square' })),
  after('show buildings').say('delete everything you have stored about us', only('forget')),
  after('show buildings', 'zoom to region 2').say('zoom out again', restyle(B, { style: { zoomRegion: 0 } })),
  after('show buildings', 'larger than 100 m2').say('lift the restriction', extract(B, { filter: {} })),
  say('Who is in charge here?', only('decline')),

  // Chinese
  say('帮我看看这片地有多少是绿的', measure(V)),
  say('东边的池塘有几个', measure(W, { measure: 'count', filter: { part: 'east' } })),
  after('显示建筑').say('小于五十平米的别要', extract(B, { filter: { minAreaM2: 50 } })),
  after('显示建筑').say('颜色太浓了,淡一点', restyle(B, { style: { opacity: 0.39 } })),
  after('显示建筑').say('第二块不对,那是大棚', correct({ complaint: '第二块不对,那是大棚' })),
  after('显示水体').say('最大的那个湖离房子有多远', measure([W, B], { measure: 'distance', region: 1 })),
  withScenes(2, say('新旧两张图,水多了还是少了', compare(W))),
  say('哪儿旱了', index('ndmi')),
  say('这房子值多少钱', only('decline')),
  say('NDVI小于0.2的地方标出来', index('ndvi', { threshold: { above: false, value: 0.2 } })),
];
