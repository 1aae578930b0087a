"""Trains the tokenizer on the words of the records: python3 train_tokenizer.py --out work/tokenizer.json"""
import argparse
import random

import settings
import wording
from tokenizer import Tokenizer, train

SIZES = ["very tiny", "small", "medium", "somewhat large", "large", "huge"]
LOCATIONS = [
    "top-left", "top-center", "top-right", "middle-left", "center", "middle-right", "bottom-left", "bottom-center", "bottom-right",
]


def corpus(seed, records=6000):
    """Texts of made-up records."""
    rng = random.Random(seed)
    for _ in range(records):
        target = rng.choice(wording.TARGETS)
        regions = [{"size": rng.choice(SIZES), "location": rng.choice(LOCATIONS)} for _ in range(rng.randrange(0, 9))]
        attributes = "".join(
            f"{{'Size of area': '{r['size']}', 'Centroid': [0.5, 0.5], 'Location': '{r['location']}', "
            "'Bounding box': [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.1, 0.9]]}, "
            for r in regions[:2]
        )
        before, after = wording.chat_chunks(wording.question(target, rng, f"[{attributes[:-2]}]" if attributes else None))
        yield before.replace("<|im_start|>", " ").replace("<|im_end|>", " ")
        yield after.replace("<|im_start|>", " ").replace("<|im_end|>", " ")
        yield wording.answer(target, rng.random(), regions)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", required=True)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    tokenizer = Tokenizer(train(corpus(arguments.seed), settings.MERGES))
    if tokenizer.size > settings.VOCABULARY:
        raise SystemExit(f"{tokenizer.size} tokens do not fit {settings.VOCABULARY} rows")
    tokenizer.save(arguments.out)
    print(f"{tokenizer.size} tokens in {arguments.out}")


if __name__ == "__main__":
    main()
