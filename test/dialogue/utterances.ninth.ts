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
 * Written, as the tenth and eleventh, by somebody who had not yet read how the planner parses. At the first try 34 of
 * these 60 were understood; the planner was improved afterwards. Three expectations were put right (the earlier image is
 * named, so are two of a difference, a complaint keeps its apostrophe), and one utterance that stood in another list was
 * taken out.
 */
export const NINTH: readonly Utterance[] = [
  // A city-hall clerk
  say('Could you mark every building on this aerial for our records?', extract(B)),
  after('show buildings').say('how many did you end up with', measure(B, { measure: 'count' })),
  say('For the council meeting I need the share of sealed surface, in percent', measure(B, { unit: 'percent' })),
  after('show buildings').say('leave out sheds, i.e. anything under 25 m2', extract(B, { filter: { minAreaM2: 25 } })),
  after('show buildings').say(
    'which of these lie within 30 m of the stream',
    extract(B, { filter: { near: { of: W, distanceM: 30 } } }),
  ),
  after('show buildings').say(
    'paint them orange, a bit more see-through',
    restyle(B, { style: { color: PAINT.orange, opacity: 0.39 } }),
  ),
  after('show buildings').say('I need that as a table for Excel', exportAs(B, { format: 'csv' })),
  after('show buildings', 'make it red').say('hm no, put the colour back', only('undo')),
  say('whose garage is this', only('decline')),
  say('When will the building permit be ready?', only('decline')),

  // An aid worker
  say("we're mapping a refugee camp, please pick out the shelters", extract(B)),
  say('How far is the camp from the nearest water?', measure([B, W], { measure: 'distance' })),
  after('show water').say('how far is the lake from the nearest town', measure([W, B], { measure: 'distance' })),
  say(
    'how many dwellings stand less than 500 m from the river',
    measure(B, { measure: 'count', filter: { near: { of: W, distanceM: 500 } } }),
  ),
  withScenes(2, say('has the camp grown since the earlier image', compare(B, { scene: 1 }))),
  withScenes(2, say('how much of the woodland around it is gone, in ha?', compare(V, { unit: 'ha' }))),
  after('show water').say('is it drinkable', only('decline')),
  say('where could we dig a well', only('decline')),
  after('show buildings').say(
    'the tents in the top row are missing',
    correct({ complaint: 'the tents in the top row are missing' }),
  ),
  after('show buildings').say(
    'Only the cluster in the south-west, please, and give me a GeoJSON of it',
    extract(B, { filter: { part: 'bottom-left' } }),
    exportAs(B, { format: 'geojson' }),
  ),
  say('show the lakes and book me a boat', extract(W), only('decline')),

  // A student of remote sensing
  say('compute the normalised difference vegetation index', index('ndvi')),
  say('could you binarise the NDWI at 0.15', index('ndwi', { threshold: { above: true, value: 0.15 } })),
  after('show NDVI').say('only keep values >= .55', index('ndvi', { threshold: { above: true, value: 0.55 } })),
  after('NDVI above 0.55').say(
    'that is too strict, try .45',
    index('ndvi', { threshold: { above: true, value: 0.45 } }),
  ),
  after('show vegetation').say('what accuracy can I expect', explain(V, { aspect: 'sure' })),
  after('show vegetation').say('walk me through the method', explain(V, { aspect: 'how' })),
  say('which bands do you need for NDMI', explain([], { index: 'ndmi' })),
  say('B8 is near infrared', correct({ band: { name: 'nir', index: 7 } })),
  say('the bands come in the order NIR, R, G', correct({ bands: ['nir', 'red', 'green'] })),
  withScenes(
    2,
    say('subtract the NDVI of the first image from the second', compare([], { index: 'ndvi', scenes: [1, 2] })),
  ),
  say('k-means with five classes', only('decline')),
  after('show vegetation').say(
    'mean and std of NDVI for the biggest polygon',
    measure(V, { index: 'ndvi', region: 1 }),
  ),

  // A farmer
  say('hows my crop doing', index('ndvi')),
  say('too dry anywhere?', index('ndmi')),
  say('how many acres have I got under crop', measure(V, { unit: 'acre' })),
  after('how many acres have I got under crop').say('and in hectares?', measure(V, { unit: 'ha' })),
  say('where is the maize the weakest', index('ndvi')),
  say('plant trees here', only('decline')),
  after('show vegetation').say(
    'nah thats the neighbours field not mine',
    correct({ complaint: "nah that's the neighbours field not mine" }),
  ),
  after('show vegetation').say('just the biggest one', extract(V, { filter: { largest: 1 } })),
  after('show vegetation', 'just the biggest one').say('and how much does it measure', measure(V)),

  // A journalist
  say('What does this picture show, in two sentences?', describeIt(ALL)),
  withScenes(2, say('Which of the two shots has the larger lake?', measure(W, { scene: 'all' }))),
  after('show water').say('May I publish this figure, how certain is it?', explain(W, { aspect: 'sure' })),
  say('who is responsible for the deforestation', only('decline')),
  say('Show me the river. Name the picture Flood 2021.', extract(W), only('rename', { name: 'Flood 2021' })),
  withScenes(2, say('anything noteworthy between the two dates?', compare(ALL))),

  // Chinese
  say('圈出河边的违章建筑', extract(B, { filter: { near: { of: W, distanceM: 100 } } })),
  say('统计一下南半边有多少栋楼', measure(B, { measure: 'count', filter: { part: 'south' } })),
  after('显示水体').say('离最近的村子有多远', measure([W, B], { measure: 'distance' })),
  after('显示植被').say('把零点五公顷以下的滤掉', extract(V, { filter: { minAreaM2: 5000 } })),
  after('显示植被').say('换个颜色,紫色的', restyle(V, { style: { color: PAINT.purple } })),
  after('显示植被').say('这结果靠谱吗', explain(V, { aspect: 'sure' })),
  after('显示植被', '只要轮廓').say('刚才那步不要了', only('undo')),
  say('地里的苗长得怎么样', index('ndvi')),
  withScenes(2, say('这两年树少了几亩', compare(V, { unit: 'mu' }))),
  say('明天会下雨吗', only('decline')),
  say(
    '把水涂成蓝的,房子涂成红的',
    extract(W, { style: { color: PAINT.blue } }),
    extract(B, { style: { color: PAINT.red } }),
  ),
];
