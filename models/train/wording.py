"""The words of the SPIE records: questions that people ask, and answers that are true of a mask."""

TARGETS = ("vegetation", "water", "building")

SYSTEM = "You are a helpful assistant."

# The published template (spex.md 2.2) and the form without a list.
CANONICAL = "Based on the provided image and the attributes of the {words} regions, please provide a detailed description of them:"
CANONICAL_WORDS = {"vegetation": ["vegetation"], "water": ["water bodies", "water", "waterbody"], "building": ["building", "buildings"]}
# The first word of each list is that of prompts/spie-1.

WORDS = {
    "vegetation": [
        "vegetation", "trees", "plants", "green areas", "the green", "forest", "woods", "grass", "greenery", "plant cover",
        "tree cover", "crops", "fields and trees", "parks", "vegetated land", "green space", "bushes", "vegetaton", "tree canopy",
    ],
    "water": [
        "water", "water bodies", "rivers", "lakes", "the river", "the lake", "ponds", "open water", "surface water", "waterbody",
        "the sea", "reservoirs", "flooded land", "streams", "canals", "wter", "blue areas", "bodies of water", "the water",
    ],
    "building": [
        "building", "buildings", "houses", "roofs", "the houses", "built-up land", "built-up areas", "structures", "rooftops",
        "the town", "urban areas", "the city", "settlements", "homes", "building footprints", "bulidings", "sheds and houses",
        "villages", "built up area",
    ],
}

QUESTIONS = [
    "show {words}", "{words}?", "where are {words}", "where is {words}?", "find {words}", "extract {words}",
    "Please extract {words} from this image", "Describe {words} in this image.", "mark all {words}", "map {words}",
    "segment {words}", "can you see {words}?", "is there any {words}?", "how much {words} is there", "I need a mask of {words}",
    "highlight {words} please", "Which parts of the image are {words}?", "outline {words} for me", "detect {words}",
    "give me {words}", "What about {words}?", "and {words}", "now {words}", "Are there {words} in this scene?",
    "Tell me where {words} can be found.", "show me the {words} here pls", "{words}", "{words} please", "only {words}",
    "not anything else, just {words}", "Identify the {words} regions.", "what is the extent of {words}",
    "Based on the provided image, please provide a detailed description of the {words} regions.",
    "pls find all {words} in the picture i uploaded", "draw {words}", "locate {words}",
]

WITHOUT_LIST = " No attributes are available."


def canonical(target, attributes):
    """prompts/spie-1/canonical.txt without `<image>`. attributes: list text, or None without a usable index."""
    text = CANONICAL.format(words=CANONICAL_WORDS[target][0])
    return text + (WITHOUT_LIST if attributes is None else attributes)


def question(target, random, attributes):
    """One prompt text for the user turn, without `<image>`: mostly the templates of prompts/spie-1, sometimes others."""
    draw = random.random()
    if draw < 0.3:
        return canonical(target, attributes)
    if draw < 0.36:
        text = CANONICAL.format(words=random.choice(CANONICAL_WORDS[target]))
        return text + (random.choice(["[]", "none", " none"]) if attributes is None else " " + attributes)
    text = random.choice(QUESTIONS).format(words=random.choice(WORDS[target])) if random.random() < 0.8 else random.choice(SENTENCES[target])
    case = random.random()
    if case < 0.15:
        text = text.upper() if case < 0.03 else text.capitalize()
    if attributes is None:
        return text + (WITHOUT_LIST if random.random() < 0.8 else random.choice(["", " (no attributes)", " []"]))
    if random.random() < 0.8:
        return f"{text}\nAttributes: {attributes}"
    return text + random.choice([":", " ", "\n", ": ", " The attributes of the regions are:"]) + attributes


# Questions that do not fit the pattern "verb + words".
SENTENCES = {
    "vegetation": [
        "what grows here?", "Is it green anywhere?", "where could I sit under a tree?", "which places are overgrown?",
        "how green is this place", "anything growing in the fields?", "where are the gardens and meadows", "forest, grass, crops - all of it",
        "leaves and grass", "i want to see all the plants, no roofs and no lakes",
    ],
    "water": [
        "where could I swim?", "is it wet anywhere?", "where can ships go?", "where does the shore run?", "what part is flooded?",
        "anything to fish in?", "is there a lake or a pond around", "sea, rivers, lakes - all of it", "where would a boat go",
        "i want to see all the water, no trees and no houses",
    ],
    "building": [
        "where do people live or work?", "how many roofs", "what has been built here?", "who lives where?", "which places have a roof?",
        "anything man made with walls?", "where is the village or the town", "houses, sheds, halls - all of it", "where would I find shelter",
        "i want to see all the houses, no trees and no lakes",
    ],
}


def chat_chunks(text):
    """The prompt split at the image, as published: (before, after)."""
    before = f"<|im_start|>system\n{SYSTEM}<|im_end|>\n<|im_start|>user\n"
    return before, f"\n{text}<|im_end|>\n<|im_start|>assistant\n"


_SUBJECT = {"vegetation": "Vegetation", "water": "Water", "building": "Building area"}
_REGION = {"vegetation": "vegetation region", "water": "water region", "building": "building region"}
_NONE = {"vegetation": "no vegetation", "water": "no water", "building": "no building"}


def coverage_words(share):
    """Words for a share of the scene, 0-1."""
    for limit, words in (
        (0.01, "a very small part"), (0.05, "a small part"), (0.15, "less than a sixth"), (0.3, "about a quarter"),
        (0.42, "more than a third"), (0.58, "about half"), (0.75, "more than half"), (0.92, "most"),
    ):
        if share < limit:
            return words
    return "almost all"


def answer(target, share, regions):
    """A short paragraph that is true of a mask.

    share: of the judged pixels, 0-1; regions: attributes in descending area (`size`, `location`), empty when absent.
    """
    if not regions:
        return f"There is {_NONE[target]} in this scene."
    largest = regions[0]
    text = f"{_SUBJECT[target]} covers {coverage_words(share)} of this scene."
    text += f" The largest {_REGION[target]} is {largest['size']} and lies in the {place(largest['location'])}."
    others = regions[1:]
    if not others:
        return text + f" It is the only {_REGION[target]}."
    places = []
    for region in others:
        if region["location"] not in places:
            places.append(region["location"])
    names = join([place(name) for name in places[:3]])
    number = "One more region lies" if len(others) == 1 else "A few more regions lie" if len(others) < 5 else "Many more regions lie"
    text += f" {number} in the {names}."
    if len(others) > 2:
        text += f" Most of them are {most([region['size'] for region in others])}."
    return text


def place(location):
    return location


def join(names):
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]


def most(words):
    return max(sorted(set(words)), key=words.count)
