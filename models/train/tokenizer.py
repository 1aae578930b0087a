"""Byte-level BPE with the Qwen2 splitting pattern, and the pieces of a region list as whole tokens. Trains, encodes, writes.

A region of a SPIE list has 165 to 200 characters, most of them brackets, keys and coordinates: 75 tokens of an ordinary BPE
of this size. Here a key with its punctuation is a token and so is every coordinate, with its bracket, for x and for y apart:
21 tokens a region. Such pieces are cut by the first part of the pattern and looked up whole (`ignore_merges`).
"""
import json
import re
from collections import Counter, defaultdict

# The frame of a region, in the order of the list (prompts/README.md).
FRAME = [
    "[{'Size of area': '", " [{'Size of area': '", ":[{'Size of area': '", "{'Size of area': '", "', 'Centroid': ", ", 'Location': '", "', 'Bounding box': [", "]}, ", "]}]",
]
# x with its opening bracket, y with its closing one; Python's repr of a number of three decimals
_BETWEEN = r", (?=\[[01]\.\d)"
_X, _Y = r"\[[01]\.\d{1,3}, ", r"[01]\.\d{1,3}\]"
WORDS = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
# As written into tokenizer.json.
PATTERN = "|".join([*(re.sub(r"([\[\]{}])", r"\\\1", piece) for piece in FRAME), _BETWEEN, _X, _Y, WORDS])


def python_pattern(pattern):
    """The same for Python's re: letters are word characters that are neither digits nor underscore."""
    return re.compile(
        pattern.replace(r"[^\r\n\p{L}\p{N}]", r"(?:[^\r\n\w]|_)").replace(r"[^\s\p{L}\p{N}]", r"(?:[^\s\w]|_)")
        .replace(r"\p{L}", r"[^\W\d_]").replace(r"\p{N}", r"\d")
    )


_SPLIT = python_pattern(PATTERN)
SPECIALS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
COORDINATES = [k / 1000 for k in range(1001)]


def byte_characters():
    """GPT-2's printable stand-ins for the 256 bytes."""
    kept = [*range(33, 127), *range(161, 173), *range(174, 256)]
    table, extra = {}, 0
    for byte in range(256):
        if byte in kept:
            table[byte] = chr(byte)
        else:
            table[byte] = chr(256 + extra)
            extra += 1
    return table


_BYTES = byte_characters()


def list_pieces():
    """The whole tokens: the frame, then every x, then every y in ascending order."""
    return FRAME + [f"[{value}, " for value in COORDINATES] + [f"{value}]" for value in COORDINATES]


def _spelled(text):
    return "".join(_BYTES[b] for b in text.encode())


def train(texts, merges_wanted):
    """The most frequent merges (pairs of strings) of `texts`, region lists left out."""
    words = Counter()
    whole = {_spelled(piece) for piece in list_pieces()}
    for text in texts:
        for piece in _SPLIT.findall(text):
            if _spelled(piece) not in whole:
                words[_spelled(piece)] += 1
    merges = []
    spelled = {word: tuple(word) for word in words}
    while len(merges) < merges_wanted:
        pairs = defaultdict(int)
        for word, parts in spelled.items():
            for pair in zip(parts, parts[1:]):
                pairs[pair] += words[word]
        if not pairs:
            break
        best = max(sorted(pairs), key=pairs.get)
        if pairs[best] < 2:
            break
        merges.append(best)
        spelled = {word: merge(parts, best) for word, parts in spelled.items()}
    return merges


def merge(parts, pair):
    out, i = [], 0
    while i < len(parts):
        if i + 1 < len(parts) and (parts[i], parts[i + 1]) == pair:
            out.append(parts[i] + parts[i + 1])
            i += 2
        else:
            out.append(parts[i])
            i += 1
    return tuple(out)


class Tokenizer:
    def __init__(self, merges):
        self.merges = [tuple(pair) for pair in merges]
        vocabulary = sorted(_BYTES.values()) + ["".join(pair) for pair in self.merges] + [_spelled(piece) for piece in list_pieces()]
        self.ids = {}
        for token in vocabulary:
            self.ids.setdefault(token, len(self.ids))
        self.special_ids = {name: len(self.ids) + i for i, name in enumerate(SPECIALS)}
        self.size = len(self.ids) + len(SPECIALS)
        self.rank = {pair: i for i, pair in enumerate(self.merges)}
        self.tokens = {i: token for token, i in self.ids.items()}
        self._cache = {}
        self._special_split = re.compile("(" + "|".join(map(re.escape, SPECIALS)) + ")")
        self._inverse = {character: byte for byte, character in _BYTES.items()}

    @staticmethod
    def load(path):
        with open(path) as file:
            model = json.load(file)["model"]
        return Tokenizer([m.split(" ") if isinstance(m, str) else m for m in model["merges"]])

    def encode(self, text):
        ids = []
        for chunk in self._special_split.split(text):
            if chunk in self.special_ids:
                ids.append(self.special_ids[chunk])
            else:
                for piece in _SPLIT.findall(chunk):
                    ids.extend(self._word(piece))
        return ids

    def decode(self, ids):
        data = bytearray()
        for i in ids:
            if i in self.tokens:
                data.extend(self._inverse[c] for c in self.tokens[i])
        return data.decode("utf-8", "replace")

    def _word(self, piece):
        if piece not in self._cache:
            whole = _spelled(piece)
            parts = (whole,) if whole in self.ids else tuple(whole)
            while len(parts) > 1:
                best = min(zip(parts, parts[1:]), key=lambda pair: self.rank.get(pair, 1 << 30))
                if best not in self.rank:
                    break
                parts = merge(parts, best)
            self._cache[piece] = [self.ids[part] for part in parts]
        return self._cache[piece]

    def coordinate_rows(self):
        """Ids of every x and every y, each in ascending order of its value."""
        return [self.ids[_spelled(f"[{value}, ")] for value in COORDINATES], [self.ids[_spelled(f"{value}]")] for value in COORDINATES]

    def save(self, path):
        """tokenizer.json in Hugging Face form."""
        document = {
            "version": "1.0",
            "truncation": None,
            "padding": None,
            "added_tokens": [
                {"id": i, "content": name, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
                for name, i in self.special_ids.items()
            ],
            "normalizer": {"type": "NFC"},
            "pre_tokenizer": {
                "type": "Sequence",
                "pretokenizers": [
                    {"type": "Split", "pattern": {"Regex": PATTERN}, "behavior": "Isolated", "invert": False},
                    {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": False, "use_regex": False},
                ],
            },
            "post_processor": {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": False, "use_regex": False},
            "decoder": {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": False, "use_regex": False},
            "model": {
                "type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": "", "end_of_word_suffix": "",
                "fuse_unk": False, "byte_fallback": False, "ignore_merges": True, "vocab": self.ids,
                "merges": [" ".join(pair) for pair in self.merges],
            },
        }
        with open(path, "w") as file:
            json.dump(document, file, ensure_ascii=False, indent=1)
