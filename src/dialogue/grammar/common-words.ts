/**
 * English words that are right as they stand: those that lie close to a word of the lexicon (so that "write" is not
 * mended to "white"), and those that every sentence has.
 */
export const COMMON_WORDS: ReadonlySet<string> = new Set(
  (
    'about above accent access account accounts accurately acquire acre acres actually add address aerial after again ago all alley alone also alter ' +
    'american among an analysis analyst analysts and another any anything approximately are area areas aren around art as ask asked asking at attack ' +
    'attacks auction auctions available away back bands based basic basics batch bath be beach beat because been before began being below best better ' +
    'between big black blank block blocks bloggers board bonds book books border boring boss both bottom boulder brain bread breath bright bring broad ' +
    'bucks builders builds buried burner burst business but buy by calculate calculating calculator calculators called came can cane cannot capture car ' +
    'care case cases catch cells center centre centuries certainly chance chances change changed charge charged chargers charges check choice chose chuck ' +
    'citizens city cleaning clear click clone close closed closing coast code colder colleague collected combine come comes coming command commander ' +
    'comments community companion company compete complete completed complex compute computer computers computing concepts concerned concerts condition ' +
    'conference conferences consent conservation consider constant contact contain contained containing contains content contents contest contests context ' +
    'continue continued contract contracts contrary control controls conversion converter coordinator copies copyright corner corps correctly cost could ' +
    'couldn counties county course courtesy cover covered create created creates creating cross crust current dark data date day days deal dear death ' +
    'declined defects delivery dense depth describes design designed details detector developer developers development develops did differently dimension ' +
    'dimensional direction directory distinct diver do does doesn doing done dose down download dozen drawings drawn drilling driver drone drought dust ' +
    'dying each early earth east eastern easy ebay education eighth either else email end enhance enough entirely entities entries environmental evaluation ' +
    'even ever every everything exactly example exceed exceeding excerpt excessive excluding exclusive expert experts exploration explosion extended ' +
    'extending extends face faced fact factor fair fall family far fast feature feel feet felt few fifth fifty fighters file filed fill find finding fine ' +
    'firms first five fixes fixtures flags floating floor flooring floral florists flower folder following fond food foot for forestry forgot form format ' +
    'forming forth forum found four fourth framing free from front full fully function functions funds further game games garbage gave general genes get ' +
    'gets getting gifts give given giving glass glide go goes going gone good grain gravel great greater greek green greet greeting gross ground group ' +
    'grown guide had half hand hands handy happen hard has hasn hatch have haven having he health hear heard heat heath heavy hectare hectares help her ' +
    'herbs here heroes high higher highest hills him his historic history hold holder holdings home hope horse hose host hostel hostels hotel hotels hour ' +
    'hours house hover how however huge idea identifies identity if image images import in including index industries info information informational ' +
    'informative inside instruction instructional instructors international internet into investor investors is isn issue it item items its jan january ' +
    'just keep keeping kept kilometer kilometers kilometre kilometres kind kinda kindly kings knew know known land landsat large larger last latch late ' +
    'later latest latter law layer lead least leave leaving left less letting level lever life light like line link links list listed listings little live ' +
    'lived liver living local locale location locks long longer look looked looking looks lost lots love lover loving lower lowest lowland made mail main ' +
    'make maker makers makes making management manually many map march marked match math matter may maybe me meals mean meaning means meant meat media ' +
    'meeting member members message meter meters metre metres metro middle might mile miles mills mine minutes missing missions modem month more morning ' +
    'most mostly motel motels moth mountain mouse mouth move moved moving much music must my naip name named national near nearly need needed needing ' +
    'network never new news next nice no noise none north northeast northern northwest not nothing now number obtained of off office officer officers often ' +
    'older on once one ones online only open opened opening opinions opposition option optional or order ordered orders other others our out over own page ' +
    'pages painted palace paper papers part parts party past paste patch path patients peace peach people per personal petition phone photo photographer ' +
    'photographers photographic photography pictures pierce pitch place places plain plane planet plate play please pleasure point pointed points poker ' +
    'policy polo ports positive possible post posted posts pot pounds powder power pre precious precisely presents preservation pressing pretty previously ' +
    'price prices printed privacy prize probe proceeding proceedings process product production productions products program project projector projectors ' +
    'projects promised promises promotion promotions proper proposition protection proven provide public purposes put putting quick quickly quite races ' +
    'radio radios rain raises rally rather reach reaction reactions read reader readers readings ready real reality realty received receives receiving ' +
    'recently record recorded recording recordings recovery reduce regional related releases reliance religion religions remedies reminder remote replace ' +
    'report reporter reporters research reserved reserves resident resistance resolve resort resorts resources results return returned returns revenues ' +
    'review reviews revolution reward rider riders right rights risks river rooms roots roster roughly round rover running rust said same sampling samples sands save saver ' +
    'saying scanning scary school score scores search seat second section sections security see seeing seeks seem seemed seems seen send senior seniors ' +
    'sent sentinel service services set several sex shadow shadows shall shape shapes shared she sheet shift shipping shock shooting shop shore short ' +
    'should shoulder shouldn show shower showing shown side sides sign since single site sites sitting sixth size skins slate slide slots slower small ' +
    'smaller smart smell so software some someone something soon sorry sort south southeast southern southwest sparse speak speakers speaking spears ' +
    'special specialist specially specialty spectrum spice sponsors sport sports spot spots square squared stack staff staffing stage stamp stamps stand ' +
    'standing starring start started starting state states statistical status statutes stay steam step still stop stopping store straight strain strand ' +
    'strange stranger streaming street striking string strings strongly structural stunning stylus subject suburban such sue suit suitable suites support ' +
    'supporters sweet system systems tablet tablets take taken taking talk tall taller target taste teach teaching teams tears technology tell telling ' +
    'template templates tenth terms test text than that the their them then theories there these they thickness thing things thick thicker thin thinner think third thirst this those ' +
    'though thought three through ticket tickets time timer times tiny tissue titles to today together token toner took top total toward towards tower town ' +
    'trace track train travel tried tropical true trust trustees trying turn turner twice two type typically under understood united university until up ' +
    'upon upper use used user using usual valley value values vast vegetarian ventures verde verse version very victor video view violent voice wafer wage ' +
    'wager waiter walls want wanted wanting was waste watch watched water watts way ways we web website week weird well wellness went were weren west ' +
    'western what when where whereas which while white who whole whose wide wider width will winter wish with within without witness women wonder wooden ' +
    'word words work working works world worldview worse worst would wouldn write writes wrote yard yards year years yesterday you your yours'
  ).split(' '),
);
