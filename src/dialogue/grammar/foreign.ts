import type { Row } from './lexicon.ts';

/** What people ask for that is in no scene, by what stands in the way: the answer says it. */
export const FOREIGN_TOPICS = [
  'thing',
  'event',
  'crop',
  'future',
  'people',
  'money',
  'property',
  'shape',
  'advice',
  'place',
  'imagery',
  'chat',
] as const;

export type ForeignTopic = (typeof FOREIGN_TOPICS)[number];

const row = (value: ForeignTopic, words: string): Row => ({ concept: 'foreign', value, words });

export const FOREIGN: readonly Row[] = [
  // Objects that are none of our targets.
  row(
    'thing',
    'lorry|lorries|van|motorbike|bicycle|bike|tractor|excavator|wildlife|livestock|pig|goat|deer|fish farm|roundabout|' +
      'intersection|crossing|trail|pavement|driveway|pier|jetty|airstrip|helipad|pipeline|tent|tents|billboard|' +
      'satellite dish|chimney|chimneys|cemetery|graves|golf hole|car|vehicle|truck|bus|buses|ship|boat|vessel|yacht|' +
      'plane|airplane|aeroplane|aircraft|jet|helicopter|train|people|person|human|pedestrian|crowd|animal|cow|cattle|' +
      'sheep|horse|bird|dog|cat|elephant|whale|road|street|highway|motorway|railway|railroad|bridge|runway|airport|' +
      'parking lot|parking space|parking|sidewalk|solar panel|wind turbine|turbine|power line|pylon|antenna|oil tank|' +
      'storage tank|tank|oil spill|oil|mine|quarry|landfill|container|crane|stadium|playground|tennis court|' +
      'football field|soccer field|basketball court|fence|ambulance|canoe|ferry|submarine|' +
      'rocket|insect|bee|wolf|fox|chicken|chickens|statue|monument|traffic light|' +
      'street light|manhole|pothole|' +
      '小车|货车|巴士|公交|摩托|自行车|拖拉机|坦克|士兵|老虎|猪|羊群|马匹|小路|路灯|隧道|码头|管道|墓地|坟|烟囱|帐篷|汽车|车辆|车|卡车|船|船只|轮船|飞机|直升机|火车|猫|狗|行人|多少人|几个人|人群|' +
      '动物|牛|羊|鸟|道路|公路|马路|街道|高速|铁路|桥|桥梁|机场|跑道|停车场|太阳能|光伏|风机|电线|电塔|油罐|油污|矿山|矿|集装箱|操场|球场|围墙|救护车|渡轮|蜜蜂|狼|熊|鸡|雕像|长椅|红绿灯|' +
      '井盖',
  ),
  // Measures of an outline that we do not take.
  row(
    'shape',
    'perimeter|circumference|how long is|how long are|how wide is|how wide are|width of|width|length of|total length|' +
      'histogram|周长|多长|多宽|宽度|长度|直方图',
  ),
  // What happened.
  row(
    'event',
    'fire|smoke|lava|volcano|landslide|mudslide|avalanche|earthquake|quake|tsunami|hurricane|cyclone|typhoon|tornado|' +
      'storm|damage|damaged|disaster|war|bombing|' +
      '火灾|烟|火山|滑坡|泥石流|地震|台风|灾害|灾情|战争|轰炸',
  ),
  // One kind of plant or animal among others.
  row(
    'crop',
    'wheat|corn|maize|rice|soybean|soy|soya|cotton|potato|potatoes|grape|barley|rye|oats|rapeseed|canola|sunflower|' +
      'sugarcane|sugar cane|sugar beet|beet|tomato|tomatoes|cassava|sorghum|millet|coffee|cocoa|tea|banana|olive|apple|' +
      'oak|beech|pine|spruce|birch|eucalyptus|poplar|maple|bamboo|grown here|are grown|planted here|species|' +
      'type of tree|kind of tree|what kind of|which kind of|what type of|variety|disease|pest|yield|harvest|ripe|fish|' +
      'trout|how many trees are|count every tree|individual trees|' +
      '小麦|玉米|水稻|大豆|棉花|油菜|土豆|马铃薯|甘蔗|花生|高粱|红薯|松树|杨树|柏树|橡树|茶树|品种|树种|什么树|病虫害|产量|收成|鱼',
  ),
  // Weather and what is to come.
  row(
    'future',
    'weather|forecast|rain|rainfall|wind|predict|prediction|future|next year|next month|next week|tomorrow|' +
      'in ten years|what will|in five years|look like in|will it|will be|will the|will there|climate change|climate|' +
      'flood risk|risk of|thunderstorm|sunny|snowfall|hail|by the end of the year|in the coming|' +
      'in the future|some day|soon be|ever be|how will|when will|' +
      '天气|预报|下雨|降雨|风速|风向|预测|未来|明年|下个月|明天|后天|将会|会涨|会跌|洪水风险|风险|气候|什么时候收|下雪|刮风|晴天|以后会|将来|几年后|什么时候会',
  ),
  // Who lives, owns, works, decides.
  row(
    'people',
    'who is|who are the|who was|who built|who made this|mayor|government|refugees|employee|worker|tourist|household|' +
      'families|voter|crime|traffic|population|inhabitants|residents|owner|owns|who lives|lives here|live here|religion|' +
      'language of|ethnic|nationality|school kids|casualties|victims|survivors|wounded|to blame|whose fault|' +
      'responsible for|ownership|military|army|history of this place|tenant|landlord|' +
      'landowner|landlady|owned by|belongs to|belong to|belong|who did|who took|responsible|in charge|' +
      'how many people|criminals|illegal immigrants|' +
      '谁|市长|政府|难民|游客|员工|交通|人口|居民数|业主|谁的|住人|能住|几个人住|户主|归谁|谁干的|怪谁|是谁|谁家|几口人|民族|历史上|伤亡|开发商|拆迁|房东|租客|邻居|主人|属于谁|谁种的|谁建的|谁盖的|' +
      '谁拍|负责人|住着',
  ),
  // Prices, law, trade.
  row(
    'money',
    'legal|permit|insurance|tax|mortgage|rent|profit|gdp|economy|politics|election|real estate|income|price|cost|' +
      'worth|expensive|buy|sell|value of|license|zoning|boundary dispute|property line|cadastre|cadastral|property tax|' +
      'how expensive|how cheap|how rich|how poor|stock|bitcoin|pay for|how much money|budget|euros|dollars|salary|' +
      'subsidy|subsidies|loan|contract|lawsuit|court|lawyer|cheaper|compensation|' +
      '税|租金|利润|选举|收入|价格|房价|多少钱|卖|买|值钱|买得起|产权|地价|水价|投资|股票|便宜|贵吗|贵不贵|补贴|贷款|赔偿|合同|法院|律师|预算|花多少|费用|工资',
  ),
  // What no picture from above shows of a thing.
  row(
    'property',
    'temperature|heat|hottest|coldest|soil ph|nitrogen|phosphorus|nutrient|humidity|sea level|tide|water temperature|' +
      'roof material|number of floors|floors|storeys|brand|licence plate|license plate|missile|weapon|dem|dsm|lidar|' +
      'radar|thermal|heat island|evapotranspiration|leaf area index|how tall|taller|tallest|deeper|deepest|older than|' +
      'oldest|newest building|how high|height|elevation|altitude|slope|terrain|depth|how deep|volume|how old|year built|' +
      'when was it built|when were they built|how fast|how slow|how warm|how cold|how hot|how clean|how dirty|how salty|' +
      'how thick|how heavy|how dense|how dangerous|how safe|how steep|how long|how busy|how crowded|how loud|flow speed|' +
      'bathymetry|mineral|gold|ore|rock type|geology|air quality|pollution|pollutant|carbon|co2|biomass|chlorophyll|' +
      'algae|salinity|water quality|drinkable|drug|bomb|nuclear|virus|cubic metre|cubic meter|cubic|m3|m³|litre|liter|' +
      'gallon|tonne|kilogram|土壤ph|how bright|how hard|how soft|how rough|how strong|how windy|wind speed|how tasty|' +
      'soil type|acidity|hardness|toxic|radioactive|noise|smell|' +
      '氮|磷|海平面|潮汐|几层|层高|雷达|温度|气温|多高|高度|海拔|高程|坡度|地形|多深|水深|水质|水温|水流|流速|流量|楼高|树高|树龄|房龄|楼层|深度|体积|年龄|多少年|矿物|金矿|地质|空气质量|污染|碳|' +
      '生物量|叶绿素|藻|盐度|安全吗|危险|立方米|多少方|多少吨|公斤|吨|干净|脏吗|脏不脏|安全|什么颜色|材质|土质|酸碱度|有毒|噪音|多快|多热|多冷|多老',
  ),
  // What to do.
  row(
    'advice',
    'fertilizer|fertiliser|pesticide|should i|should we|irrigate|when should|when to|invest|recommend|recommendation|' +
      'advice|advise|good place to|safe to|allowed to|permitted|able to live|can i live|can we build|can i build|' +
      'can i swim|swim in|drink from|your opinion|do you think we|evacuate|evacuation|escape route|rescue|what should|' +
      'where should|how should|best place to|best time to|is it worth|worth it|what would you|would you recommend|' +
      'where can i put|' +
      '肥料|农药|能不能种|该不该|要不要|适合种|适合建|能建|能盖|能种|能吃|能喝|浇水|施肥|打药|建议|救援|该怎么办|怎么办|怎么治|最好在哪|适不适合|值得',
  ),
  // The way, the address, what is around.
  row(
    'place',
    'directions to|navigate|how do i get to|phone number|website|address|postcode|zip code|street name|name of this|' +
      'which country|which city|what country|what city|what place|postal|telephone|hunting|hiking|camping|restaurant|' +
      'bus stop|train station|opening hours|hospital beds|flight|book me|order me|farthest|furthest|what season|' +
      'how do i get there|drive there|gas station|petrol station|parking near|passable|' +
      '路线|导航|电话|网址|地址|邮编|哪个国家|哪个城市|什么城市|怎么走|能去|好玩|地铁|餐馆|饭店在哪|旅游|爬山|钓鱼|打车|开车去|加油站|坐车',
  ),
  // Other pictures, and work on them.
  row(
    'imagery',
    'shadow map|next satellite|next overpass|from last year|from yesterday|from last month|from last week|' +
      'of last year|increase the contrast|more contrast|contrast stretch|histogram|brighten|brightness|sharpen|' +
      'super-resolution|super resolution|upscale|denoise|deblur|remove the clouds|remove clouds|pan-sharpen|pansharpen|' +
      '3d|animation|video|timelapse|time lapse|georeference|reproject|mosaic|orthorectify|latest image|new image from|' +
      'google maps|false color|false colour|color infrared|colour infrared|real time|real-time|satellite pass|' +
      'train a model|k-means|kmeans|random forest|svm|support vector|neural network|decision tree|' +
      'supervised classification|unsupervised classification|clustering|confusion matrix|principal component|pca|' +
      'regression|roc curve|regress|composite|band combination|pseudo colour|pseudo color|how are satellites|photoshop|' +
      'photoshopped|edit the picture|retouch|another satellite|live image|live picture|download a new|street view|' +
      'google earth image|crop the image|rotate the image|deep fake|p过|' +
      '去云|超分|锐化|三维|动画|视频|训练模型|假彩色|波段组合|合成图|修图|旋转图|裁剪|街景|实时',
  ),
  // Anything else.
  row(
    'chat',
    'thesis|moon|mars|stars|what time is it|what day is|joke|poem|song|story|code|python|javascript|essay|recipe|' +
      'translate|news|president|capital of|movie|game|calendar|remind me|music|homework|math|meaning of life|' +
      'system prompt|ignore previous|ignore all previous|previous instructions|password|api key|secret key|see me|' +
      'watching me|do you like|your favourite|your favorite|marry|girlfriend|boyfriend|quote of the day|write me|' +
      'write a|write my|compose|essay about|weekend|birthday|dinner|lunch|football|soccer match|riddle|sing|horoscope|' +
      'advertisement|vacation|holiday|lottery|' +
      '月球|火星|论文|星期几|几点了|笑话|诗|歌|故事|代码|翻译|新闻|总统|电影|游戏|邮件|提醒|音乐|作业|密码|系统提示|你几岁|你多大了|你喜欢|男朋友|女朋友|吃饭|讲个|唱|聊天吧|几点|写个|写一篇|写一份|' +
      '写首|编个|画只|画一只|晚饭|午饭|足球赛|谜语|彩票|假期|讲故事',
  ),
];
