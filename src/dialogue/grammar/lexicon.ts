import type { LandCover } from '../../domain/land-cover.ts';
import { FOREIGN } from './foreign.ts';

/** What a phrase means to the planner. */
export type Concept =
  | 'target'
  | 'every-target'
  | 'index'
  | 'show'
  | 'find'
  | 'how-much'
  | 'how-many'
  | 'how-big'
  | 'area'
  | 'share'
  | 'count'
  | 'largest'
  | 'smallest'
  | 'where'
  | 'mean'
  | 'total'
  | 'distance'
  | 'nearest'
  | 'region'
  | 'scene'
  | 'compare'
  | 'explain'
  | 'sure'
  | 'method'
  | 'export'
  | 'format'
  | 'outline'
  | 'fill'
  | 'transparent'
  | 'opaque'
  | 'zoom'
  | 'paint'
  | 'color'
  | 'list'
  | 'rename'
  | 'rerun'
  | 'undo'
  | 'help'
  | 'describe'
  | 'contents'
  | 'wrong'
  | 'cloud'
  | 'foreign'
  | 'only'
  | 'without'
  | 'near'
  | 'other-scene'
  | 'all-scenes'
  | 'again-same'
  | 'picture'
  | 'filler'
  | 'greeting'
  | 'thanks'
  | 'pronoun';

export interface Row {
  readonly concept: Concept;
  readonly value?: string;
  /** The phrase is narrower than its target: the answer says so. */
  readonly narrower?: true;
  /** Alternatives, separated by `|`. An English word also stands for its plural in -s. */
  readonly words: string;
}

const target = (value: LandCover, words: string): Row => ({ concept: 'target', value, words });
const narrower = (value: LandCover, words: string): Row => ({ concept: 'target', value, narrower: true, words });

/** What people say. Where phrases overlap, the one that starts first wins, then the longest. */
export const LEXICON: readonly Row[] = [
  target(
    'vegetation',
    'vegetation cover|plant cover|greens|verdure|green surface|green land|green spot|green bits|green patch|green patches|green things|anything green|everything green|plants and trees|vegetation|vegetated|vegetated area|veg|greenery|green space|green area|green cover|green stuff|green part|green zone|plant|plant cover|plant life|flora|' +
      '植被|植物|绿地|绿化|绿色区域|绿色植被|绿植|greenness of vegetation|plant matter|vegetal cover|plants|绿的地方|绿的部分|绿油油|绿色的地方|绿色部分|绿色覆盖',
  ),
  narrower(
    'vegetation',
    'forested|forested land|wooded|wooded area|treed|tree-covered|grassed|foliage|leaves|bushland|savanna|savannah|scrub|scrubland|shrubland|plantation|paddy|paddies|paddy field|rice field|rice paddy|rice paddies|palm|palm tree|reed|weed|thicket|copse|agricultural land|agricultural area|agricultural field|agriculture|farm|farming|cultivated land|arable land|heath|tundra|turf|verge|allotment|cornfield|wheat field|hayfield|cropped area|sports field|tree|tree cover|tree canopy|forest|forested area|wood|woods|woodland|canopy|jungle|rainforest|lawn|grass|grassland|grassy area|meadow|pasture|crop|cropland|farmland|field|' +
      'farm field|bush|bushes|shrub|mangrove|park|orchard|vineyard|garden|hedge|golf course|' +
      '林|竹子|农业用地|种植区|牧场|牧草|灌丛|芦苇|梯田|稻田|水田|麦田|茶园|绿篱|行道树|小树林|苗圃|树|树木|树林|林地|森林|林子|草|草地|草坪|草原|农田|庄稼|作物|农作物|耕地|田地|公园|灌木|红树林|果园|花园|竹林|paddock|grove|glade|undergrowth|vine|saplings|sapling|seedling|treeline|tree line|hedgerow|greenbelt|green belt|steppe|prairie|moss|fern|flower|flower bed|flowerbed|rangeland|nursery|conifer|farm plot|playing field|bramble|ivy|brushwood|vegetable garden|crop field|grazing land|silage|plantings|understorey|understory|clearing in the forest|田|菜地|菜园|苗|秧苗|花草|花坛|草皮|树丛|灌木丛|杂草|荒草|果树|树冠|绿带|绿化带|山林|防护林|林带|林区|绿色植物|庄稼地|农地|农用地|水稻田|种植园|葡萄园|苜蓿|大田|园林',
  ),
  target(
    'water',
    'water|water body|water bodies|waterbody|waterbodies|body of water|bodies of water|water surface|surface water|open water|h2o|水|水体|水域|水面|水系|wet surface|liquid water|water area|water cover|有水的地方|水面积',
  ),
  narrower(
    'water',
    'dam|estuary|fjord|marsh|marshes|marshland|bog|puddle|basin|ditch|ditches|fountain|coast|coastline|shoreline|shore|riverbed|inlet|gulf|strait|watercourse|water course|waterfront|brook|delta|tributary|tributaries|flood water|floodwater|inundated|inundated area|inundation|standing water|fish pond|moat|under water|underwater|flooded land|lakeside|riverside|riverbank|river bank|river|lake|pond|sea|ocean|stream|creek|canal|reservoir|pool|swimming pool|lagoon|bay|harbour|harbor|waterway|flooded area|flooded|submerged|flooding|flood|wetland|swamp|' +
      '湖面|河面|江面|海面|塘|沟渠|水渠|渠|海岸|海岸线|海湾|大坝|水坝|积水|内涝|淹没区|淹没|被淹|鱼池|喷泉|港口水域|河|河流|河道|湖|湖泊|池塘|鱼塘|海|海洋|海水|水库|水池|游泳池|泳池|运河|溪流|小溪|江|洪水|湿地|港湾|水塘|waterhole|watering hole|oxbow|weir|cove|loch|rivulet|irrigation canal|irrigation channel|seawater|salt lake|salt pond|tarn|floodplain|millpond|aqueduct|rapids|waterfall|swampy area|water channel|drainage|culvert|spillway|mudflat|tidal flat|water pond|水沟|河沟|水坑|湖水|河水|江水|小河|大河|小湖|水洼|滩涂|湖区|塘子|堰塘|水潭|蓄水池|航道|护城河|沼泽|沼泽地|水渠道|河塘|坑塘|河网|淹水|泡水|被水淹',
  ),
  target(
    'building',
    'built over|built-over|impervious|sealed|impervious surface|impervious area|sealed surface|sealed area|sealed ground|developed land|developed area|built land|building|built-up|built up|built-up area|built up area|builtup|structure|construction|edifice|built environment|' +
      '建筑|建筑物|建筑用地|房屋|建成区|建筑区|man-made structure|manmade structure|man-made surface|built structure|urban fabric|built space|paved and built-up|built on|盖了房的|建筑物体|有建筑的地方',
  ),
  narrower(
    'building',
    'development|dwelling|residence|residential area|residential building|residential|housing|premises|urban|urbanized|urbanised|flats|block of flats|blocks of flats|tower block|high-rise|highrise|office building|office block|offices|office|school|church|churches|mosque|temple|hospital|shop|mall|shopping centre|shopping center|stable|silo|greenhouse|garage|cottage|bungalow|mansion|slum|shack|shanty|farmhouse|outbuilding|suburb|industrial area|industrial building|industrial site|power plant|rooves|hotel|annex|house|home|roof|rooftop|shed|barn|warehouse|factory|factories|village|city|cities|town|settlement|skyscraper|apartment|hut|villa|hangar|urban area|urban land|' +
      '房|屋|楼宇|宅基地|居民点|建设用地|住房|农房|平房|学校|医院|棚户区|商场|写字楼|工业区|住宅区|小区|楼栋|房子|屋顶|厂房|工厂|住宅|楼|楼房|大楼|村庄|仓库|城区|城市|居民区|居民地|民房|别墅|高楼|homestead|hamlet|compound|cabin|lodge|tower|castle|depot|shelter|outhouse|manor|housing estate|row house|terraced house|condo|duplex|chapel|cathedral|monastery|palace|museum|library|university|kindergarten|supermarket|prison|barracks|pavilion|glasshouse|polytunnel|human settlement|neighbourhood|neighborhood|property|carport|farmstead|ranch house|mobile home|caravan|bungalows|penthouse|complex|storage building|industrial estate|industrial park|business park|村|村子|村落|村镇|镇子|屋子|房顶|大棚|温室|棚子|厂区|厂子|楼群|宿舍|教学楼|车库|店铺|商铺|民居|寺庙|庙|教堂|酒店|宾馆|违建|违章建筑|建筑群|城镇|街区|社区|牛棚|养殖场|养鸡场|粮仓|谷仓|农家|院子|院落|宅子|楼盘|烂尾楼|棚屋|聚落|camp|refugee camp|displacement camp|idp camp|encampment|campsite|downtown|inner city|borough|营地|难民营|安置点|安置房|临时住房',
  ),
  {
    concept: 'every-target',
    words:
      'land cover classes|all land cover|all kinds of land cover|all of the above|the full classification|all classes|all the classes|every class|all targets|all three|all three classes|all categories|land cover|landcover|land use|all land covers|segmentation|land cover map|landcover map|every kind of land|everything you can|classify|classification|segment everything|segment the scene|segment the image|segment this image|' +
      '所有地物|全部地物|各类地物|地物分类|土地覆盖|土地利用|所有类别|全部类别|三类|三种地物|分类',
  },
  {
    concept: 'index',
    value: 'ndvi',
    words:
      'ndvi|normalized difference vegetation index|normalised difference vegetation index|vegetation index|greenness index|greenness|healthy vegetation|vegetation health|plant health|crop health|healthy|healthier|healthiest|unhealthy|plant growth|crop growth|health|vigor|vigour|植被指数|归一化植被指数|植被健康|健康|长势|doing badly|doing poorly|doing well|thriving|struggling|lush|lushest|vitality|vigorous|stunted|growing well|growing badly|growing poorly|sickly|withered|yellowing|dying|长得|枯萎|枯黄|发黄|蔫|长得好|生长状况|生长情况|健不健康|绿度|sick|weak plants|weak vegetation|weak spots|weak crop|weakest|poorest growth|sparse|sparsest|patchy|thinnest|wilting|wilted|drooping|suffering|in good shape|in bad shape|stunting|coming along|growing best|growing worst|长势最差|长势差|长势好|长得最差|长得差|长得最好|稀疏|黄了|蔫了',
  },
  { concept: 'index', value: 'evi', words: 'evi|enhanced vegetation index|增强植被指数|增强型植被指数' },
  { concept: 'index', value: 'savi', words: 'savi|soil adjusted vegetation index|soil-adjusted vegetation index' },
  {
    concept: 'index',
    value: 'ndwi',
    words:
      'ndwi|normalized difference water index|normalised difference water index|water index|水体指数|归一化水体指数|水指数',
  },
  { concept: 'index', value: 'mndwi', words: 'mndwi|modified ndwi|modified water index|改进水体指数|改进的水体指数' },
  {
    concept: 'index',
    value: 'ndmi',
    words:
      'ndmi|normalized difference moisture index|normalised difference moisture index|moisture index|moisture|moisture content|vegetation moisture|plant moisture|leaf moisture|water stress|stressed|stress|dry|thirsty|arid|parched|drought|dryness|wetness|irrigation|irrigated|gao ndwi|湿度指数|土壤湿度|湿度|土壤水分|旱情|干旱|缺水|水分指数|植被含水量|水分|waterlogged|soggy|damp|moist|water deficit|desiccated|needs watering|need watering|needs water|need water|lacking water|lack of water|旱|墒情|含水量|干湿|干不干|湿不湿|缺不缺水|渍涝|干得很',
  },
  {
    concept: 'index',
    value: 'ndbi',
    words:
      'ndbi|normalized difference built-up index|normalised difference built-up index|built-up index|built up index|building index|建筑指数|归一化建筑指数',
  },
  { concept: 'index', value: 'ui', words: 'urban index|城市指数' },
  {
    concept: 'index',
    value: 'bsi',
    words:
      'bsi|bare soil index|bare soil|bare ground|bare land|bare earth|exposed soil|裸土|裸地|裸土指数|barren|bare field|bare patch|bare spot|bare|fallow|dirt|exposed earth|naked soil|unvegetated|ploughed|plowed|desert|荒地|沙地|裸露|空地|光秃|光秃秃|翻耕',
  },
  {
    concept: 'index',
    value: 'ndsi',
    words:
      'ndsi|normalized difference snow index|normalised difference snow index|snow index|snow|snow cover|雪|积雪|雪指数|雪盖指数|glacier|snowfield|snowy|snow-covered|ice|冰川|雪地|冰雪|下过雪',
  },
  {
    concept: 'index',
    value: 'nbr',
    words:
      'nbr|burn ratio|normalized burn ratio|normalised burn ratio|burn index|burnt area|burned area|burn scar|burn severity|burnt|burned|fire damage|fire scar|scorched|火烧迹地|过火区|燃烧指数|火烧指数|charred|wildfire|fire scars|burn mark|burning|烧过|烧毁|火烧|烧焦|被烧',
  },
  { concept: 'index', value: 'exg', words: 'exg|excess green|excess green index|过绿指数|超绿指数' },
  { concept: 'index', value: 'vari', words: 'vari|visible atmospherically resistant index' },
  { concept: 'index', value: 'gli', words: 'gli|green leaf index' },

  {
    concept: 'show',
    words:
      'show|display|highlight|mark|draw|map|plot|overlay|render|visualize|visualise|see|view|look at|let me see|outline me|give me|want|need|' +
      '显示|展示|看|给我看|标出|标注|画出|看看|看一下|看下|圈出|高亮|叠加|point out|let me have a look at|visualization of|take a look at|reveal|trace|circle|瞧瞧|看一看|瞅瞅|瞧|圈|框出|勾出|勾画|涂出|指出|亮出来|出图',
  },
  {
    concept: 'find',
    words:
      'find|detect|identify|extract|segment|locate|delineate|look for|search for|get|pull out|pick out|isolate|recognize|recognise|mask|is there|are there|can you see|spot|' +
      '找出|找|找到|提取|检测|识别|分割|有没有|是否有|有|seek|search|spot all|discover|pinpoint|any sign of|pick up|trace out|识别出|找一下|找找|找一找|查找|检测出|分割出|抠出|抠|抽取',
  },
  {
    concept: 'how-many',
    words:
      'how many|are there many|are there a lot of|are there lots of|number of|多少个|几个|多少块|几块|多少处|几处|多少片|几片|多少栋|几栋|多少座|几座|多少条|几条|多少棵|数量|个数|数一数|数一下|几|how often do|多少幢|几幢|多少间|几间|多少户|几户|多少口|几口|多少团|几团|多少个区域|有几|quantity of|the quantity of|total number|count of|多少群|总个数|总数量',
  },
  {
    concept: 'how-much',
    words:
      'how much|is there much|is there a lot of|is there lots of|is there plenty of|is there enough|多少|多大比例|how much land|what amount of|what quantity of',
  },
  { concept: 'how-big', words: 'how big|how large|how extensive|how wide|how small|what size|多大|有多大' },
  { concept: 'area', words: 'area|areas|size|extent|acreage|hectarage|surface|surface area|footprint|面积|大小|占地' },
  {
    concept: 'share',
    words:
      'what share|portion|share|percent|percentage|per cent|proportion|fraction|ratio|what part of|how much of|coverage|cover|covered|covered by|%|' +
      '率|占百分之多少|占多大|百分比|百分之几|比例|占比|覆盖率|占多少|占了多少|所占|what fraction|what percentage|what proportion|pct|占几成|几成|占了几成|占多大比例|占地比例|覆盖度|占百分几',
  },
  { concept: 'count', words: 'count|counts|tally|计数|统计个数' },
  {
    concept: 'largest',
    words:
      'largest|biggest|greatest|largest one|biggest one|most extensive|widest|max|maximum|最大|最大的|面积最大|most big|more big|very biggest|hugest|longest|main one|major one|顶大|头一个大|最大那|面积排第一',
  },
  {
    concept: 'smallest',
    words:
      'smallest|tiniest|littlest|smallest one|min|minimum|最小|最小的|面积最小|most small|tiniest one|teeniest|最小那',
  },
  {
    concept: 'where',
    words:
      'where|whereabouts|position|location|located|coordinates|coordinate|lat lon|lat/lon|latitude|longitude|在哪|哪里|哪儿|什么地方|位置|坐标|经纬度|which place|what place is the|in what place|啥地方|哪块|哪个位置|哪边|哪一带',
  },
  { concept: 'mean', words: 'average|mean|avg|typical|median|statistics|stats|平均|均值|平均值|统计值|中位数' },
  { concept: 'total', words: 'total|in total|altogether|overall|sum|combined|总共|一共|总计|总|合计|共' },
  {
    concept: 'distance',
    words: 'distance|distances|how far|how close|far apart|gap between|gap to|距离|多远|多近|相距|间距|隔多|隔着多',
  },
  { concept: 'nearest', words: 'nearest|closest|最近|离得最近|挨得最近' },
  {
    concept: 'region',
    words:
      'region|patch|patches|blob|polygon|segment|piece|parcel|area number|cluster|object|斑块|图斑|区域|地块|多边形|块',
  },
  {
    concept: 'scene',
    words:
      'scene|image|picture|photo|photograph|file|imagery|raster|geotiff file|tile|upload|dataset|satellite image|影像|图像|图片|照片|场景|这张图|这幅图|图|文件',
  },
  {
    concept: 'compare',
    words:
      "contrast|cleared|clearing|growth|grow|growing|evolve|evolved|evolution|recede|receded|receding|retreat|retreated|dried up|dry up|drying up|rise|risen|rose|dropped|go down|goes down|went down|gone down|going down|go up|went up|gone up|going up|newly built|newly|before/after|before vs after|before versus after|trend|lost ground|losing|shrinking|expanding|spreading|destroyed|demolished|lose|lost ground|in the meantime|meanwhile|recover|used to be|got built|got cut|cut down|felled|logged|torn down|altered|alteration|what is different|what's different|is different|are different|got bigger|got smaller|gotten bigger|gotten smaller|getting bigger|getting smaller|vanished|vanish|disappearing|emerged|encroached|encroachment|regrown|regrowth|recovered|reduced|reduction|dwindled|over time|over the years|compare|comparison|compared|compared to|compared with|change|changed|changes|change detection|what changed|difference|differences|differ|diff|versus|vs|gained|lost|gain|loss|grew|grown|shrink|shrank|shrunk|increase|increased|decrease|decreased|appeared|disappeared|before and after|against each other|side by side|against the other|deforestation|deforested|expanded|expansion|turned into|turned from|became|become|converted|replaced by|since|between the two dates|what is new|what's new|more or less|" +
      '变多|变少|变大|变小|多了|少了|涨了|退了|扩大|缩减|萎缩|拆了|拆除|消退|演变|对比|比较|比对|变化|变了|改变了什么|增加|减少|差异|相比|扩张|缩小了|增长|前后|退化|新增|消失|drop between|level drop|between the dates|between dates|sunk|sank|fell|fallen|level fall|level rise|缩了|涨水|退水|变成了|扩了|长了多少|gone|is gone|are gone|no longer|not there anymore|not there any more|subtract|decline|declined|declining|dwindle|diminish|diminished|diminishing|depleted|receded from|risen since|sprawled|thinned out|between the two|between these two|between both|差值|相减|少了|没了|不见了|盖起来|消退了|扩建',
  },
  {
    concept: 'explain',
    words:
      'base this on|base that on|base it on|based it on|based this on|based that on|this based on|that based on|it based on|on what grounds|what grounds|convince me|why|explain|explanation|reason|reasoning|justify|evidence|how come|what makes you|what makes|rationale|based on what|on what basis|prove|elaborate|tell me more|more detail|more details|根据什么|根据是|为啥|凭啥|怎么回事|道理|为什么|为何|解释|理由|原因|依据|凭什么|怎么会|说明一下|详细说说|详细说明|for what reason|how so|give me reasons|back that up|back it up|proof|grounds|怎么讲|为嘛|说说理由|讲讲原因|有何依据|有什么依据',
  },
  {
    concept: 'sure',
    words:
      'likelihood|how likely|uncertainties|how far off|how much error|how exact|error of|the error|error bar|tolerance|plus or minus|could you be wrong|might you be wrong|can you be wrong|are you wrong|could it be wrong|could this be wrong|could that be wrong|can i rely on|rely on|double check|double-check|is that true|is this true|is it right|is that right|is this right|is that correct|is this correct|sure|certain|believe|doubt|doubtful|skeptical|sceptical|convinced|certainty|confident|confidence|reliable|reliability|accurate|accuracy|trust|trustworthy|uncertain|uncertainty|probability|precise|how good is|is it really|is that really|really sure|error margin|margin of error|' +
      '可信度|信得过|误差|真的吗|真的假的|没错吧|对不对|对吗|把握|确定|可靠|准确|准确率|精度|置信度|可信|确信|靠谱|准吗|准不准|agree|disagree|agreement|contradict|consistent|foolproof|solid is|bet on|guarantee|100% sure|legit|for real|you positive|trust this|mistaken about|might be wrong|靠谱吗|靠不靠谱|靠得住|准不|可不可信|能信|信不信|有把握|拿得准|几成把握|一致吗|是否一致|会不会错|会不会搞错|有多准|多准|quote|publish|stand by|bet my|swear|how solid|how good are|room for error|how trustworthy|could be off|false alarm rate|quality of the result|quality of this result|敢保证|保证|可以引用|能引用|说得准|publish|cite this|cite that|put in print|how right|error rate|是不是准|有谱|作数|信得过吗',
  },
  {
    concept: 'method',
    words:
      'algorithm|technique|how do you calculate|how do you compute|how do you measure|how do you detect|how do you find|how do you define|how does one calculate|formula|definition|definition of|defined|defined as|processing steps|legend|stand for|stands for|what do the colours mean|what do the colors mean|workflow|behind this|under the hood|how did you|how you got|how you did|how you came|how you found|how it was done|how it works|how do you tell|how can you tell|how do you recognize|how do you recognise|how do you distinguish|how do you know|how you tell|how you recognise|how you recognize|how you detect|how you find|how you compute|how you calculate|how you measure|how you distinguish|how you identify|how you define|how you get|how you work|how was|how were|how is this|how is it|how is that|how are these|computed|calculated|derived|method|methodology|which bands did you use|which index|what index|which threshold|what threshold|which model|what model|what formula|how does it work|how does this work|where do these numbers come from|where does that number come from|' +
      '怎么来的|怎么测|怎么提取的|公式|算法|图例|定义|怎么看出|看出来|怎么认出|怎么分辨|如何判断|如何识别|怎么算|怎么得|如何计算|怎样计算|怎么计算|如何得|怎么知道|怎么判断|怎么识别|用了哪些波段|用的什么|什么方法|哪个模型|什么模型|阈值是多少|怎么做的|原理|where does this come from|which publication|which paper|what paper|which reference|citation|cite|scientific basis|literature|how do you get|怎么弄出来|怎么得出|咋算|依据什么算|用的啥|参考文献|出处|哪篇论文',
  },
  {
    concept: 'export',
    words:
      'hand over|pass me|share the file|give me the data|get the data|get the file|export|download|save|send|send me|save as|email me|email it|mail me|mail it|give me the file|as a file|attach|deliver|hand me|导出|下载|保存|发给我|发我|发送|输出|给我文件|另存|upload it to|ship me|forward me|hand it over|give me the files|let me download|let me have the file|pack up|share it|发一份|发份|导个|导成|存成|存一下|存为|给我一份|传给我|打包|输出成|存下来|存下|保存下来|留一份',
  },
  {
    concept: 'format',
    value: 'geojson',
    words:
      'geojson|geo json|json|vector|vectors|vector file|矢量|矢量文件|矢量数据|geo-json|vector data|vector format|vector layer|polygon file|矢量图|矢量图层|矢量边界',
  },
  {
    concept: 'format',
    value: 'geotiff',
    words:
      'geotiff|geo tiff|tiff|tif|mask file|raster mask|mask raster|raster file|栅格|掩膜|掩膜文件|栅格文件|geo-tiff|raster format|raster layer|the raster|binary mask|栅格图|栅格数据|二值图',
  },
  { concept: 'format', value: 'geopackage', words: 'geopackage|geo package|gpkg|qgis|gis|my gis|qgis file' },
  { concept: 'format', value: 'shapefile', words: 'shapefile|shape file|shp|kml|kmz|dxf|gml|arcgis|esri|google earth' },
  {
    concept: 'format',
    value: 'csv',
    words:
      'csv|spreadsheet|excel|xlsx|xls|excel file|表格文件|电子表格|csv file|google sheets|sheet|table file|comma separated|comma-separated|表格版|excel表|一份表|张表|份表|报表|统计表',
  },
  {
    concept: 'format',
    value: 'png',
    words:
      'for my report|for a report|for the report|in a report|in my report|into a report|into my report|powerpoint|pptx|pdf|for a presentation|for my presentation|in a presentation|for my slides|printout|print it|print this|poster|png|screenshot|jpg|jpeg|image file|picture file|截图|图片文件|for my boss|for the slides|in my thesis|for my thesis|for my paper|for the wall|图片版|图发|出张图|做ppt|贴报告|can print|to print|for printing|print out|print-ready|as an image|as a picture|as a jpg|for my website|for twitter|for the newspaper|for the article|to post|打印|印出来|存成图|发张图',
  },
  {
    concept: 'outline',
    words:
      'outline|outlines|outlined|line around|lines around|ring around|circle around|box around|contour|contours|edge|edges|border|borders|boundary|boundaries|boundary lines|hollow|轮廓|边界|边框|描边|边线|外框|just the line|line only|only lines|frame|描个边|勾边|勾个边|画个边|圈个边|线框|只要线|空心',
  },
  { concept: 'fill', words: 'fill|filled|solid|tint|tinted|shade|shaded|fill it in|填充|实心|填色' },
  {
    concept: 'transparent',
    words:
      'dim|dimmer|fade|faded|paler|weaker|softer|subtle|subtler|transparent|see-through|see through|translucent|transparency|lighter|fainter|透明|半透明|透明度|淡一点|淡一些|浅一点|tone down|tone it down|too bright|too strong|too dark|too intense|less intense|less bright|less strong|toned down|washed out|barely visible|more see-through|太深|太浓|太亮|淡些|浅些|透一点|透点|透亮一点|通透',
  },
  {
    concept: 'opaque',
    words:
      'opaque|opacity|strong|stronger|brighter|darker|bolder|more visible|不透明|不透明度|深一点|浓一点|明显一点|更明显|pop|pop more|stand out|stands out|stand out more|more prominent|prominent|clearer|punchier|eye-catching|more obvious|easier to see|too pale|too faint|too weak|too light|more intense|more solid|hard to see|can hardly see|barely see|more contrast in the overlay|more vivid|vivid|bold|太淡|太浅|深些|浓些|看不清|醒目|显眼|鲜艳',
  },
  {
    concept: 'zoom',
    words:
      'get closer|go closer|move closer|come closer|close in on|blow up|full picture|full image|full scene|whole picture|entire scene|entire image|entire picture|whole thing|centre on|center on|fly to|jump to|zoom|zoom in|zoom into|zoom to|zoom out|closer look|close-up|closeup|close up|magnify|enlarge|focus on|whole scene|whole image|full view|full extent|放大|缩放|缩小|拉近|特写|全图|全景|聚焦|closer on|closer to|closer at|nearer to|靠近看|近看|放大到|凑近',
  },
  {
    concept: 'paint',
    words:
      'color|colour|colored|coloured|paint|recolor|recolour|painted|make it|make them|make that|turn it|turn them|style|颜色|改成|换成|变成|涂成|染成',
  },
  { concept: 'color', value: '#d62728', words: 'red|红|红色' },
  { concept: 'color', value: '#2ca02c', words: 'green|绿|绿色' },
  { concept: 'color', value: '#1f77b4', words: 'blue|蓝|蓝色' },
  { concept: 'color', value: '#f2c80f', words: 'yellow|黄|黄色' },
  { concept: 'color', value: '#ff7f0e', words: 'orange|橙|橙色|橘色' },
  { concept: 'color', value: '#9467bd', words: 'purple|violet|紫|紫色' },
  { concept: 'color', value: '#e377c2', words: 'pink|粉|粉色|粉红色' },
  { concept: 'color', value: '#17becf', words: 'cyan|turquoise|teal|青|青色' },
  { concept: 'color', value: '#ff00ff', words: 'magenta|fuchsia|品红|洋红' },
  { concept: 'color', value: '#ffffff', words: 'white|白|白色' },
  { concept: 'color', value: '#000000', words: 'black|黑|黑色' },
  { concept: 'color', value: '#8c564b', words: 'brown|棕|棕色|褐色' },
  { concept: 'color', value: '#7f7f7f', words: 'grey|gray|灰|灰色' },
  { concept: 'color', value: '#bcbd22', words: 'lime|olive|黄绿色' },
  {
    concept: 'list',
    words:
      'list of|which results|what results|which findings|what findings|our results|all results|results so far|tabulate|itemize|itemise|list|enumerate|overview of|table|inventory|what have you got|what do you have|what have we|which images|which scenes|what images|what scenes|history|so far|列个表|列个清单|列成表|逐个列|列出|列表|清单|列一下|有哪些|哪些|历史|一览|break down|breakdown|rundown|run-down|itemized|列出来|罗列|逐一|一个个列|列一列',
  },
  {
    concept: 'rename',
    words:
      'rename|call it|call this|call that|call the|name it|name this|name the|label it|label this|refer to|重命名|改名|命名|叫做|叫作|叫它|叫这|取名|起名|称为|名字改|这张叫|这幅叫|这图叫|这景叫|就叫|起个名',
  },
  {
    concept: 'rerun',
    words:
      'rerun|re-run|run again|run it again|run that again|redo|do it again|do that again|try again|retry|once more|one more time|again please|repeat|recompute|recalculate|refresh|again|重新运行|重跑|再来一次|再跑|重新计算|重试|再试|再做一次|重新做|重做|再算|重新来|重来|重新生成|重新算|重新弄|one more go|from the top|run it once more|give it another go|another try|another go|再弄一遍|重新跑|再跑一遍|再来一遍|重新来一遍|重新识别|重新提取|再识别|重新分析',
  },
  {
    concept: 'undo',
    words:
      'last change|last step|previous step|last action|last edit|reverse that|discard that|scratch that|bring it back|bring that back|put it back|previous version|one step back|un-do|undo|revert|roll back|rollback|go back|step back|take that back|take it back|restore|back to before|previous state|as it was|the way it was|退一步|上一步|回到上一|回到之前|反悔|取消上一步|撤销|撤回|回退|返回上一步|恢复|还原|退回|back up one step|undo that|go one back|before that change|take back|un-do that|撤了|撤掉|撤一下|退回去|退一下|上一步不算|不算数|改回去|改回来|变回去|变回来|恢复原样|better before|liked it before|previous look|looked better|like it was before|as before|how it was|原来的样子好|之前的好|之前那样|以前的好|还是之前|还是原来|forget the last|forget that last|forget about the last|forget about that last|never mind that|put the colour back|put the color back|change it back|change that back|turn it back|pressed the wrong|clicked the wrong|那步不要|一步不要|那步不算|刚才那步|刚刚那步|刚才的不要|刚才的操作|手滑|点错|按错',
  },
  {
    concept: 'help',
    words:
      "what else can you|what are my options|how can you help|how do i start|where do i start|what should i type|what now|how does it go|can you speak|do you speak|do you understand|help|what can you do|what can i ask|what can i do|what can i say|how do i use|how does this bot|how to use|usage|manual|instructions|commands|examples|what are you|who are you|what do you do|what do you know|options|capabilities|features|tutorial|guide me|do you support|can you read|do you need|do you accept|which formats|what formats|which file formats|what file formats|which files|who made you|are you there|anyone there|anybody there|are you online|are you a bot|are you chatgpt|are you an ai|are you human|is my data safe|privacy|open source|帮助|怎么玩|咋用|怎么弄|如何使用|你能做什么|你会什么|能干什么|可以做什么|怎么用|怎么使用|使用说明|你是谁|功能|能做些什么|有什么功能|示例|what are you capable of|how does this work here|what is possible|what's possible|what can i type|show me what you can|what are you good at|what are you good for|what is this bot|introduce yourself|有啥功能|会干啥|能干啥|能做啥|有哪些功能|怎么操作|教教我|怎么问|咋问|介绍一下你自己|你是干嘛的|你是做什么的|会些什么|are you a robot|are you a machine|are you real|is anybody there|what can this do|what can it do|你是机器人|是真人吗|你是ai|你是人吗|是不是机器人|你叫什么",
  },
  {
    concept: 'contents',
    words:
      "what is here|what's here|what do we have here|what have we here|what is going on|what's going on|anything unusual|anything odd|anything special|anything remarkable|anything noteworthy|what stands out|what else is|what else do you see|main features|what kind of landscape|what kind of area|what type of area|what kind of place|what kind of land cover|what type of land cover|what kind of scene|what can you tell me|what do you make of|walk me through|give me the gist|brief me|report on what|contain|contains|depict|depicts|depicted|overview of the scene|overview of the image|overview of the picture|overview of this|overview of it|what is in|what's in|whats in|what is on|what's on|what do you see|what can you see|what am i looking at|what does it show|what does this show|what this picture shows|what this image shows|what the image shows|what the picture shows|what it shows|what this shows|what you see|what can be seen|what's visible here|what is this|what's this|what is there|what's there|what all is|summarize|summarise|summary|overview|tell me about|what is visible|what's visible|anything interesting|analyse|analyze|" +
      "解读|概括|讲讲|说说|都有啥|有啥|拍的是什么|画面|图里有什么|有什么|有些什么|里面是什么|这是什么|是什么图|看到什么|看到了什么|概述|总结|介绍一下|分析一下|分析|概况|sum up|what's all in|what all is in|talk me through|what's visible|what do we see|图上有啥|图上有什么|整体情况|大概情况|总体情况|啥情况|什么情况|有点啥|都有些什么|what we can see|what you can see|what i can see|what one can see|what we see|what can we see|what there is|what is there to see|what it depicts|what is shown|what's shown|what does the image show|what does the picture show|what does the scene show|what is this a picture of|what is this an image of|sketch the scene|lay of the land|what all do you see|what do you notice|哪些东西|哪些地物|什么东西|都有什么|拍到了什么|看见什么|看到些什么|是张什么图|介绍介绍|讲一下这张图|有哪些东西|有哪些地物|有哪些内容",
  },
  {
    concept: 'describe',
    words:
      'info|information|epsg code|reference system|datum|atmospherically corrected|processing level|reflectance|how old is this image|how old is the image|how old is this picture|how recent|which year|what year|bounding box|how many channels|file size|spectral bands|how sharp|covered by clouds|describe|description|bands|band|channel|channels|wavelength|resolution|pixel size|gsd|dimensions|width and height|how many pixels|crs|projection|coordinate system|georeferenced|geo-referenced|geocoded|utm|epsg|metadata|sensor|satellite|acquired|acquisition|taken|captured|date|when was|bit depth|data type|nodata|no data|properties|' +
      '这是什么地方|这是哪|什么地方的图|哪里拍的|在哪拍的|描述|波段|分辨率|像元大小|像素大小|尺寸|坐标系|投影|元数据|传感器|卫星|拍摄|成像|日期|时间|什么时候|何时|参数|基本信息|信息|通道|无效值|which season was|time of day|spectral range|wavelengths|image quality|quality of the image|is it georeferenced|real satellite|which satellite|what satellite|which camera|what camera|flight date|date of the|file format of|how many bands|radiometric|rows and columns|extent of the image|多少波段|几个波段|哪颗卫星|什么卫星|什么传感器|地面分辨率|覆盖范围|位深|行列数|几月|哪年|哪一年|哪天|影像质量|空间参考|这是什么时候|是什么时候|什么年份|什么季节',
  },
  {
    concept: 'wrong',
    words:
      "wrong|incorrect|not right|isn't right|not correct|mistake|mistaken|error in|false|you missed|missed|missing|misses|not true|that's not|that is not|thats not|those are not|those aren't|this is not|this isn't|that isn't|isn't water|is not water|nonsense|bad result|不对|错了|错误|不是|漏了|误判|误认|有误|搞错|弄错|不准确|判断错",
  },
  {
    concept: 'cloud',
    words: 'cloud|clouds|cloudy|cloud cover|cloudiness|cloud-free|cloud free|haze|hazy|云|云量|多云|云层|有云|薄雾|雾',
  },
  {
    concept: 'only',
    words:
      'only|just|solely|nothing but|exclusively|keep|limit|limit to|restrict|restrict to|filter|narrow|narrow down|仅|只|只看|只要|只保留|仅保留|保留|筛选|过滤|限制',
  },
  {
    concept: 'without',
    words:
      "without|neither|nor|non|anything but|all but|everything but|other than|apart from|aside from|save for|exclude|excluding|ignore|ignoring|drop|remove|hide|except|but not|not|no|don't|do not|leave out|skip|discard|filter out|get rid of|除了|除去|不要|不含|不包括|去掉|忽略|排除|剔除|隐藏|不显示|删掉|别|leave away|omit|throw out|kick out|not interested in|minus|不算|不看|别要|刨去|剔掉|抛开",
  },
  {
    concept: 'near',
    words:
      'near|close to|next to|nearby|beside|adjacent to|around|along|alongside|within|bordering|touching|附近|旁边|靠近|周围|周边|沿着|以内|之内|范围内|邻近|临近',
  },
  {
    concept: 'other-scene',
    words:
      'the other image|the other one|the other scene|the other picture|the other photo|the other file|other image|other scene|other picture|other date|the previous image|the previous scene|previous image|earlier image|the earlier image|the earlier one|another image|另一张|另一幅|另一个|另外一张|另外那张|上一张|前一张|那张',
  },
  {
    concept: 'all-scenes',
    words:
      'both images|both scenes|both pictures|both files|all images|all scenes|all pictures|all files|every image|every scene|each image|each scene|all of the images|两张图|两张|两幅|两幅图|两景|所有影像|所有图|全部影像|每张|每张图|每幅|both dates|all dates|each date|every date|two dates|both years|either image|both of the images|both of the scenes|both photos|all photos|两期|两个时相|每一张|每一幅|两张影像',
  },
  { concept: 'again-same', words: 'same|the same|same thing|likewise|do the same|as well|too|also|同样|一样|也|同理' },
  {
    concept: 'picture',
    words:
      'rgb|true color|true colour|natural color|natural colour|original image|original picture|original scene|just the image|just the picture|only the image|without overlay|without the overlay|remove the overlay|hide the overlay|hide overlay|turn off the overlay|no overlay|hide it|hide the mask|quicklook|preview|thumbnail|' +
      '真彩色|原图|原始影像|原始图像|预览|缩略图|去掉叠加|隐藏叠加|without colours|without colors|without any colours|without any colors|without the colours|without the colors|without the mask|without mask|no mask|unmarked|plain image|plain picture|clean image|clean picture|raw image|raw picture|naked image|untouched image|natural colours|natural colors|photo itself|image itself|picture itself|不带标注|不要标注|没标注|干净的图|本来的图|原来的图|底图|素图',
  },
  {
    concept: 'filler',
    words:
      'find out|found out|get rid|rather than|more than|less than|right now|a lot of|of course|no problem|no worries|looks like|look like|in the scene|infrared|satellite picture of|at the moment|no longer than|' +
      '看起来|看上去|看不|大概|大约|左右|之类|谁知道|我们|你们|他们|所有|没有|马上|上海|青海|人工|个人|机器人|分别|区别|公共|红外|近红外|风格|车间|浙江|地图|好像|只是|不过|有点|还有|然后|如果|因为|所以|可以|一下|请问|请|麻烦|帮我|能不能|能否|可不可以|of the export|of the exported|of your export|of the file',
  },
  {
    concept: 'greeting',
    words:
      "hi|hello|hey|good morning|good afternoon|good evening|howdy|greetings|yo|sup|how are you|你好|您好|嗨|哈喽|早上好|下午好|晚上好|在吗|hiya|hi there|hello there|good day|g'day|morning|evening|afternoon|what's up|nice to meet you|how is it going|how's it going|how do you do|hola|bonjour|早|早安|晚安|大家好|各位好|老师好|你好呀|哈啰|嘿|喂",
  },
  {
    concept: 'thanks',
    words:
      "amazing|brilliant|fantastic|wonderful|love it|you rock|impressive|nice work|good work|appreciate|much appreciated|sweet|neat|lovely|superb|not bad|lol|haha|wow|thanks|thank you|thx|ty|cheers|great|nice|cool|perfect|awesome|well done|good job|good bot|excellent|ok|okay|got it|ah i see|oh i see|ok i see|bye|goodbye|see you|赞|真棒|好用|太好了|棒|哈哈|谢谢|谢了|谢啦|多谢|感谢|好的|很好|不错|太棒了|厉害|辛苦|明白|知道了|再见|收到|好|ta|merci|danke|gracias|cheers mate|good one|very helpful|helpful|that helps|that's helpful|makes sense|understood|all good|no more questions|that's all|that is all|brill|super|fab|fine|sounds good|interesting|fair enough|good|ok thanks|noted|谢|不赖|给力|真行|懂了|了解|知道啦|辛苦啦|辛苦了|好嘞|行|可以了|没问题|没事了|就这样|好吧|有意思|原来如此|嗯嗯|嗯|哦|that will be all|that would be all|splendid|marvellous|marvelous|terrific|magnificent|that was all|that's it|nothing else|beautiful|nicely done|good stuff|i owe you one|bless you|sorted|delightful|charming|spot on|nailed it|right on|没别的了|不用谢|太感谢|非常感谢|优秀|绝了|完美|漂亮|666",
  },
  {
    concept: 'pronoun',
    words:
      'this area|that area|these areas|those areas|it|that|this|them|they|those|these|there|its|the result|the results|the overlay|the mask you|the finding|that one|this one|它|它们|这个|那个|那里|这里|这些|那些|该|结果|这|那|其|this thing|that thing|the above|这片|那片|这块|那块|这些地方|那些地方|刚才的|刚才那个|上面的|上述',
  },
  ...FOREIGN,
];
