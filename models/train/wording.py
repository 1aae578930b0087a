"""The words of the SPIE records: questions that people ask, and answers that are true of a mask."""

TARGETS = ("vegetation", "water", "building")

SYSTEM = "You are a helpful assistant."

# The published template (spex.md 2.2) and the form without a list.
CANONICAL = "Based on the provided image and the attributes of the {words} regions, please provide a detailed description of them:"
CANONICAL_WORDS = {"vegetation": ["vegetation"], "water": ["water bodies", "water", "waterbody"], "building": ["building", "buildings"]}
# The first word of each list is that of prompts/spie-1.

WORDS = {
    "vegetation": [
        "vegetation", "trees", "tree", "plants", "plant life", "green areas", "green area", "the green", "greens", "forest", "forests", "woods",
        "woodland", "woodlands", "grass", "grassland", "grasslands", "greenery", "plant cover", "green cover", "tree cover", "crops", "crop fields",
        "croplands", "farmland", "agriculture", "agricultural fields", "fields and trees", "parks", "park", "gardens", "vegetated land",
        "vegetated areas", "green space", "green spaces", "bushes", "shrubs", "shrubland", "scrub", "hedges", "tree canopy", "canopy", "canopy cover",
        "foliage", "leaves", "lawn", "lawns", "meadow", "meadows", "pasture", "pastures", "orchards", "vineyards", "palm trees", "palms",
        "mangroves", "mangrove", "jungle", "rainforest", "undergrowth", "verdure", "flora", "leafy areas", "conifers", "pines", "groves",
        "plantations", "green land", "green vegetation", "living plants", "veg", "vegitation", "vegetaion", "植被", "树木", "森林", "绿地", "草地", "农田",
    ],
    "water": [
        "water", "water bodies", "water body", "rivers", "lakes", "the river", "the lake", "river", "lake", "ponds", "pond", "open water",
        "surface water", "waterbody", "waterbodies", "the sea", "sea", "ocean", "the ocean", "reservoirs", "reservoir", "flooded land", "flooding",
        "flooded areas", "flood water", "streams", "stream", "creek", "creeks", "brooks", "canals", "canal", "channels", "waterways", "waterway",
        "blue areas", "bodies of water", "the water", "wet areas", "inundated areas", "inundation", "lagoon", "lagoons", "bay", "the bay",
        "harbour", "harbor", "harbour basins", "port basins", "docks", "estuary", "inlets", "the coast water", "coastal water", "shallow water",
        "swimming pools", "pools", "pool", "fishponds", "dams", "the dam lake", "tributaries", "water surface", "water surfaces", "water area",
        "water areas", "water extent", "waters", "freshwater", "saltwater", "wter", "watr", "水体", "河流", "湖泊", "水域", "池塘", "海",
    ],
    "building": [
        "building", "buildings", "houses", "house", "roofs", "roof", "the houses", "built-up land", "built-up areas", "built-up", "built up area",
        "structures", "rooftops", "the town", "town", "towns", "urban areas", "urban area", "urban land", "the city", "city", "settlements",
        "settlement", "homes", "housing", "dwellings", "building footprints", "footprints of buildings", "constructions", "constructed areas",
        "man-made structures", "artificial structures", "sheds", "sheds and houses", "barns", "villages", "village", "residential areas",
        "residential buildings", "industrial buildings", "warehouses", "factories", "factory halls", "halls", "apartment blocks", "apartments",
        "tower blocks", "towers", "skyscrapers", "high-rises", "villas", "huts", "cottages", "neighbourhoods", "suburbs", "developed land",
        "developed areas", "urban fabric", "offices", "schools", "hospitals", "churches", "mosques", "shops", "hangars", "edifices", "properties",
        "real estate", "bldgs", "buidlings", "buildngs", "建筑", "建筑物", "房屋", "房子", "建成区", "屋顶",
    ],
}

QUESTIONS = [
    "show {words}", "{words}?", "where are {words}", "where is {words}?", "find {words}", "extract {words}", "extract the {words}",
    "Please extract {words} from this image", "Describe {words} in this image.", "mark all {words}", "map {words}", "map the {words} here",
    "segment {words}", "can you see {words}?", "is there any {words}?", "how much {words} is there", "I need a mask of {words}",
    "highlight {words} please", "Which parts of the image are {words}?", "outline {words} for me", "detect {words}", "detect every {words}",
    "give me {words}", "What about {words}?", "and {words}", "and {words}?", "now {words}", "Are there {words} in this scene?",
    "Tell me where {words} can be found.", "show me the {words} here pls", "{words}", "{words} please", "only {words}", "just the {words}",
    "not anything else, just {words}", "Identify the {words} regions.", "what is the extent of {words}", "the extent of the {words}, please",
    "Based on the provided image, please provide a detailed description of the {words} regions.", "delineate {words}", "delineate all the {words}",
    "pls find all {words} in the picture i uploaded", "draw {words}", "locate {words}", "could you locate any {words} for me?",
    "where can I see {words} in this picture?", "I am looking for {words}", "I'm interested in the {words}", "let me see the {words}",
    "which pixels are {words}?", "which areas are covered by {words}?", "what share of this image is {words}?", "how big is the area of {words}?",
    "count {words}", "how many {words} are there?", "produce a {words} map", "make a {words} mask", "a layer of {words} please",
    "trace the outline of {words}", "classify {words}", "pick out the {words}", "spot the {words}", "point out {words}", "isolate {words}",
    "separate {words} from the rest", "everything that is {words}", "anything that looks like {words}", "do you find {words} here?",
    "would you mark where the {words} is?", "paint {words} in colour", "colour the {words}", "overlay {words}", "display the {words}",
    "Give a description of all {words} visible in the scene.", "Where in the scene do we have {words}?", "{words} in this satellite image",
    "{words} of this aerial photo", "the {words} in the north as well as the south", "Describe where the {words} lies and how large it is.",
    "we want to know the {words} of our district", "our city needs a survey of {words}", "report on {words}", "提取{words}", "显示{words}", "{words}在哪里？",
]
# Around a question, as people write.
OPENINGS = ["hi, ", "hello! ", "hey, ", "please ", "ok ", "ok, ", "so ", "thanks. ", "Thanks! Now ", "good morning, ", "@spex ", "next: ", "in this scene, "]
ENDINGS = [" thanks", " thank you", " please", " pls", "!", "??", " asap", " for a report", " in this scene", " in the image", " if possible", " :)"]
# A second target that is named only to be left out stands behind the first.
LEFT_OUT = ["{words}, not {others}", "{words} but no {others}", "{words} without the {others}", "only the {words}, leave out {others}", "{words} instead of {others}"]

WITHOUT_LIST = " No attributes are available."


def canonical(target, attributes):
    """prompts/spie-1/canonical.txt without `<image>`. attributes: list text, or None without a usable index."""
    text = CANONICAL.format(words=CANONICAL_WORDS[target][0])
    return text + (WITHOUT_LIST if attributes is None else attributes)


def question(target, random, attributes):
    """One prompt text for the user turn, without `<image>`: the templates of prompts/spie-1, sometimes others."""
    draw = random.random()
    if draw < 0.2:
        return canonical(target, attributes)
    if draw < 0.24:
        text = CANONICAL.format(words=random.choice(CANONICAL_WORDS[target]))
        return text + (random.choice(["[]", "none", " none"]) if attributes is None else " " + attributes)
    text = _request(target, random)
    if attributes is None:
        return text + (WITHOUT_LIST if random.random() < 0.8 else random.choice(["", " (no attributes)", " []"]))
    if random.random() < 0.8:
        return f"{text}\nAttributes: {attributes}"
    return text + random.choice([":", " ", "\n", ": ", " The attributes of the regions are:"]) + attributes


def _request(target, random):
    """What a person asks for, with the noise, the capitals and the slips of the finger that come with it."""
    if random.random() < 0.2:
        text = random.choice(SENTENCES[target])
    else:
        words = random.choice(WORDS[target])
        if random.random() < 0.12:
            words = slip(words, random)
        if random.random() < 0.08:
            others = random.choice(WORDS[random.choice([other for other in TARGETS if other != target])])
            words = random.choice(LEFT_OUT).format(words=words, others=others)
        text = random.choice(QUESTIONS).format(words=words)
    if random.random() < 0.12:
        text = random.choice(OPENINGS) + text
    if random.random() < 0.12:
        text += random.choice(ENDINGS)
    case = random.random()
    return text.upper() if case < 0.04 else text.capitalize() if case < 0.2 else text.lower() if case < 0.3 else text


def slip(word, random):
    """One letter lost, doubled or swapped with the next; short words stay."""
    if len(word) < 5:
        return word
    at = random.randrange(1, len(word) - 1)
    kind = random.randrange(3)
    if kind == 0:
        return word[:at] + word[at + 1 :]
    if kind == 1:
        return word[:at] + word[at] + word[at:]
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


# Questions that do not fit the pattern "verb + words".
SENTENCES = {
    "vegetation": [
        "what grows here?", "Is it green anywhere?", "where could I sit under a tree?", "which places are overgrown?",
        "how green is this place", "anything growing in the fields?", "where are the gardens and meadows", "forest, grass, crops - all of it",
        "leaves and grass", "i want to see all the plants, no roofs and no lakes", "where do plants thrive?", "what part of the land is green?",
        "show me everything with leaves", "where is photosynthesis going on?", "is the land covered with trees?", "where would cows graze?",
        "which land is planted?", "how healthy and dense is the greenery", "where is shade from trees", "where are farmers growing something?",
        "find places where a deer could hide", "which areas are not bare?", "the green stuff", "everything green", "what has been planted",
    ],
    "water": [
        "where could I swim?", "anything a boat could float on?", "is any of this under water?", "what is wet here", "what is flooded?",
        "rivers, lakes, ponds - everything", "where does the river run", "how far does the lake reach?", "blue stuff please",
        "i want to see the water only, no houses and no trees", "where do fish live?", "where can ships sail?", "what did the flood cover?",
        "where is the shoreline", "how full is the reservoir?", "where would I get my feet wet?", "is the sea in this picture?",
        "which land is drowned?", "everything liquid", "where can people fish", "what is submerged?", "does a stream cross the scene?",
        "everything blue and wet", "where does it hold water", "find a place to launch a kayak",
    ],
    "building": [
        "where do people live?", "what has a roof?", "how many roofs", "what has been built here?", "who lives where?", "which places have a roof?",
        "anything man made with walls?", "where is the village or the town", "houses, sheds, halls - all of it", "where would I find shelter",
        "i want to see all the houses, no trees and no lakes", "what was constructed here?", "where is the land built over?",
        "which parts are urban?", "where is the settlement", "everything with walls and a roof", "where are people housed?",
        "how far does the city reach?", "where do families have their homes", "is anything built here at all?", "which plots are developed?",
        "where could solar panels be mounted on top", "show what architects made", "where has concrete been turned into a home?", "what stands here",
    ],
}


def chat_chunks(text):
    """The prompt split at the image, as published: (before, after)."""
    before = f"<|im_start|>system\n{SYSTEM}<|im_end|>\n<|im_start|>user\n"
    return before, f"\n{text}<|im_end|>\n<|im_start|>assistant\n"


_SUBJECT = {"vegetation": "Vegetation", "water": "Water", "building": "Building area"}
_REGION = {"vegetation": "vegetation region", "water": "water region", "building": "building region"}
_NONE = {"vegetation": "no vegetation", "water": "no water", "building": "no building"}


# Shares of a scene below so much, 0-1, in words.
SHARES = [
    (0.01, "a very small part"), (0.05, "a small part"), (0.15, "less than a sixth"), (0.3, "about a quarter"),
    (0.42, "more than a third"), (0.58, "about half"), (0.75, "more than half"), (0.92, "most"),
]
WHOLE = "almost all"


def coverage_words(share):
    return next((words for limit, words in SHARES if share < limit), WHOLE)


def before_share(target):
    return f"{_SUBJECT[target]} covers"


def answer(target, share, regions, listed=True):
    """A short paragraph that is true of a mask.

    share: of the judged pixels, 0-1; regions: attributes in descending area (`size`, `location`, `box`), empty when absent; listed: they
    stand in the prompt, so that edges and the second region can be told too.
    """
    if not regions:
        return f"There is {_NONE[target]} in this scene."
    sentences = [f"{before_share(target)} {coverage_words(share)} of this scene."]
    sentences.append(f"The largest {_REGION[target]} is {regions[0]['size']} and lies in the {regions[0]['location']}.")
    if listed and (sides := reached(regions[0]["box"])):
        sentences.append(f"The largest one reaches {_edges(sides)}.")
    if listed and len(regions) > 1:
        sentences.append(f"The next largest is {regions[1]['size']}.")
    return " ".join([*sentences, _count(target, len(regions))])


SIDES = ["left", "top", "right", "bottom"]
# A box that comes so near to an edge, as a share of the scene's side, reaches it.
AT_EDGE = 0.02


def reached(box):
    """The sides of the scene that a box, four corners in shares of the scene, comes up to."""
    xs, ys = zip(*box)
    near = (min(xs), min(ys), 1 - max(xs), 1 - max(ys))
    return [side for side, distance in zip(SIDES, near) if distance < AT_EDGE]


def _edges(sides):
    if len(sides) == len(SIDES):
        return "every edge"
    return f"the {', '.join(sides[:-1])} and {sides[-1]} edges" if len(sides) > 1 else f"the {sides[0]} edge"


def _count(target, count):
    if count == 1:
        return f"It is the only {_REGION[target]}."
    if count <= 3:
        return f"There are {'two' if count == 2 else 'three'} regions."
    return f"There are {'many' if count > 5 else 'a few'} more regions."
