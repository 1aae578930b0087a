"""The words of the SPIE records: questions that people ask, and answers that are true of a mask."""
import re
import string

from vocabulary import SENTENCES, WORDS

TARGETS = ("vegetation", "water", "building")

SYSTEM = "You are a helpful assistant."

# The published template (spex.md 2.2) and the form without a list.
CANONICAL = "Based on the provided image and the attributes of the {words} regions, please provide a detailed description of them:"
CANONICAL_WORDS = {"vegetation": ["vegetation"], "water": ["water bodies", "water", "waterbody"], "building": ["building", "buildings"]}
# The first word of each list is that of prompts/spie-2.

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
    """prompts/spie-2/canonical.txt without `<image>`. attributes: list text, or None without a usable index."""
    text = CANONICAL.format(words=CANONICAL_WORDS[target][0])
    return text + (WITHOUT_LIST if attributes is None else attributes)


def question(target, random, attributes):
    """One prompt text for the user turn, without `<image>`: the templates of prompts/spie-2, sometimes others."""
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


def question_of_mask(target, random, attributes, share):
    """The same for a mask that is there: prompts/spie-2/*-of-mask.txt. attributes: its list as text; share: of the scene, 0-1."""
    text = canonical(target, attributes) if random.random() < 0.3 else f"{_request(target, random)}\nAttributes: {attributes}"
    return f"{text}\nShare of the scene: [{float(f'{share:.3f}')}]"


def _request(target, random):
    """What a person asks for, with the noise, the capitals and the slips of the finger that come with it."""
    if random.random() < 0.2:
        text = random.choice(SENTENCES[target])
    else:
        words = _one_of(WORDS[target], random)
        if random.random() < 0.08:
            others = _one_of(WORDS[random.choice([other for other in TARGETS if other != target])], random)
            words = random.choice(LEFT_OUT).format(words=words, others=others)
        text = random.choice(QUESTIONS).format(words=words)
    while random.random() < 0.25:
        text = slip(text, random)
    if random.random() < 0.12:
        text = random.choice(OPENINGS) + text
    if random.random() < 0.12:
        text += random.choice(ENDINGS)
    case = random.random()
    return text.upper() if case < 0.04 else text.capitalize() if case < 0.2 else text.lower() if case < 0.3 else text


def _one_of(words, random):
    """The first of them, which people say most, more often than the last."""
    return words[int(len(words) * random.random() ** 2)]


def slip(text, random):
    """The text with one letter inside a word of four letters and more lost, doubled, another or swapped with the next."""
    words = list(re.finditer(r"[^\W\d_]{4,}", text))
    if not words:
        return text
    word = random.choice(words)
    at = random.randrange(word.start() + 1, word.end() - 1)
    before, letter, after = text[:at], text[at], text[at + 1 :]
    other = random.choice(string.ascii_lowercase)
    return random.choice([before + after, before + letter + letter + after, before + other + after, before + after[0] + letter + after[1:]])


def chat_chunks(text):
    """The prompt split at the image, as published: (before, after)."""
    before = f"<|im_start|>system\n{SYSTEM}<|im_end|>\n<|im_start|>user\n"
    return before, f"\n{text}<|im_end|>\n<|im_start|>assistant\n"


_SUBJECT = {"vegetation": "Vegetation", "water": "Water", "building": "Building area"}
BEFORE_NONE = "There is no"


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
        return f"{BEFORE_NONE} {target} in this scene."
    sentences = [f"{before_share(target)} {coverage_words(share)} of this scene."]
    sentences.append(f"The largest {target} region is {regions[0]['size']} and lies in the {regions[0]['location']}.")
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
        return f"It is the only {target} region."
    if count <= 3:
        return f"There are {'two' if count == 2 else 'three'} regions."
    return f"There are {'many' if count > 5 else 'a few'} more regions."
