/**
 * English words that are right as they stand: those that lie close to a word of the lexicon (so that "write" is not
 * mended to "white"), and those that every sentence has.
 */
export const COMMON_WORDS: ReadonlySet<string> = new Set(
  (
    'accent access account accounts accurately acquire acre acres actually add aerial ago alley alone alter american among analysis analyst analysts approximately art ' +
    'asked asking attack attacks auction auctions available basic basics batch bath beach beat because been began being below blank bloggers board bonds books boring ' +
    'bottom boulder brain bread breath broad bucks builders builds buried burner burst calculating calculator calculators called cannot capture care case cases catch cells ' +
    'centuries certainly chance chances charged chargers charges choice chose chuck citizens cleaning clear click clone closed closing colder colleague collected combine ' +
    'comes command commander comments community companion company compete complete completed computer computers computing concepts concerned concerts condition conference ' +
    'conferences consent conservation consider constant contact contained containing contents contest contests context continue continued contracts contrary control ' +
    'controls conversation conversion converter coordinator copies copyright corner corps correctly couldn counties county courtesy create created creates creating cross ' +
    'crust current days deal dear death defects delete delivery describes design designed detector developer developers develops differently dimension dimensional ' +
    'direction directory distinct diver doesn dose dozen drawings drawn drilling driver drone dust early east eastern easy ebay education eighth enhance entirely entities ' +
    'entries environmental erase evaluation even exactly example exceed exceeding excerpt excessive exclusive expert experts exploration explosion extended extending ' +
    'extends face faced fact factor family feature feel feet felt few fifth fifty fighters filed firms first fixes fixtures flags floating floor flooring floral florists ' +
    'folder following fond food foot forestry forgot forgotten form forming forth forum four fourth framing front fully function functions funds further games garbage gave ' +
    'general genes gets gifts given giving glass glide grain gravel greater greek greet greeting gross group had half hands handy happen has hasn hatch haven having he ' +
    'hear heard hectare hectares her herbs heroes higher highest hills him his historic hold holder holdings hope hose host hostel hostels hotels hour hover however huge ' +
    'idea identifies identity if import including industries informational informative inside instruction instructional instructors international internet investor ' +
    'investors issue item items jan january keeping kept kilometer kilometers kilometre kilometres kinda kindly kings knew known landsat larger latch late later latter law ' +
    'lead least leaving left letting lever link links listed listings little lived liver living local locale locks lover loving lower lowest lowland maker makers making ' +
    'management manually march marked may maybe meals meant meat media meeting member members message meters metres metro middle mile miles mills minutes missions modem ' +
    'mostly motel motels moth mountain mouse mouth moved moving must naip named national nearly needed needing none north northeast northern northwest obtained officer ' +
    'officers ones opened opinions opposition option optional ordered orders others own page pages papers parts party past paste path patients peace peach personal ' +
    'petition photographer photographers photographic photography pierce pitch places planet play please pleasure pointed points poker policy polo ports posted posts pot ' +
    'pounds powder pre precious precisely presents preservation pressing pretty previously prices printed prize probe proceeding proceedings process product production ' +
    'productions products program project projector projectors projects promised promises promotion promotions proper proposition protection proven provide public purge ' +
    'purposes putting quick quickly quite races radio radios raises rally reach reaction reactions reader readers readings reality realty received receives receiving ' +
    'recently record recorded recording recordings recovery reduce regional related releases reliance religions remedies reminder remote replace reporter reporters ' +
    'research reserved reserves reset resident resistance resolve resort resorts resources return returned returns revenues review reviews revolution reward rider riders ' +
    'rights risks rooms roots roster roughly round rover running rust said samples sampling sands saver saying scanning scary score scores seat second section sections ' +
    'security seeing seeks seem seemed seems senior seniors sent sentinel service services set several sex shadows shall shapes shared she shift shipping shock shooting ' +
    'short shoulder shouldn shower showing sides single sites sitting sixth skins slate slide slots slower smart software someone something sorry sort south southeast ' +
    'southern southwest speakers speaking spears specialist specially specialty spectrum spice sponsors sport square squared stack staff staffing stage stamp stamps ' +
    'starring started starting states statistical status statutes stay steam still stopping store straight strain strand strange stranger streaming striking string strings ' +
    'strongly structural stunning stylus subject suburban such sue suit suitable suites supporters systems tablet tablets taking target taste teach teaching teams tears ' +
    'technology telling template templates tenth terms test text their then theories thicker thickness thin thinner third thirst though thought ticket tickets timer times ' +
    'tiny tissue titles today together token toner toward towards track travel tried tropical trustees trying turner twice typically united until upon upper user using ' +
    'usual valley values vast vegetarian ventures verde verse victor violent voice wafer wage wager waiter walls wanted wanting waste watch watched watts ways web weird ' +
    'wellness weren west western whereas while wider winter wipe wish witness women wonder wooden word words working world worldview worse wouldn writes wrote yard yards ' +
    'yours'
  ).split(' '),
);
