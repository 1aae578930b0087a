"""Byte-level BPE with the Qwen2 splitting pattern, except that up to three digits stay together. Trains, encodes, writes."""
import json
import re
from collections import Counter, defaultdict

# As written into tokenizer.json; the compact tokenizer keeps up to 3 digits together so that a coordinate is short.
PATTERN = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
# The same for Python's re: letters are word characters that are neither digits nor underscore.
_SPLIT = re.compile(
    PATTERN.replace(r"[^\r\n\p{L}\p{N}]", r"(?:[^\r\n\w]|_)").replace(r"[^\s\p{L}\p{N}]", r"(?:[^\s\w]|_)")
    .replace(r"\p{L}", r"[^\W\d_]").replace(r"\p{N}", r"\d")
)
SPECIALS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]


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


def number_merges():
    """Merges that make every fraction k/512 of three decimals one token: tens first, then the third digit."""
    merges = [(a, b) for a in "0123456789" for b in "0123456789"]
    endings = sorted({f"{k / 512:.3f}"[2:] for k in range(512)})
    return merges + [(ending[:2], ending[2]) for ending in endings]


def train(texts, merges_wanted):
    """Returns merges (pairs of strings): numbers first, then the most frequent pairs of `texts`."""
    words = Counter()
    for text in texts:
        for piece in _SPLIT.findall(text):
            if not piece.isdigit():
                words["".join(_BYTES[b] for b in piece.encode())] += 1
    merges = number_merges()
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
        vocabulary = sorted(_BYTES.values()) + ["".join(pair) for pair in self.merges]
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
            parts = tuple(_BYTES[b] for b in piece.encode())
            while len(parts) > 1:
                best = min(zip(parts, parts[1:]), key=lambda pair: self.rank.get(pair, 1 << 30))
                if best not in self.rank:
                    break
                parts = merge(parts, best)
            self._cache[piece] = [self.ids[part] for part in parts]
        return self._cache[piece]

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
                "fuse_unk": False, "byte_fallback": False, "ignore_merges": False, "vocab": self.ids,
                "merges": [" ".join(pair) for pair in self.merges],
            },
        }
        with open(path, "w") as file:
            json.dump(document, file, ensure_ascii=False, indent=1)
