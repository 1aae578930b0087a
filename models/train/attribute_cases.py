"""Writes windows with their attribute lists, to compare this port with src/spectral.

    python3 attribute_cases.py --data work/data --out work/attribute-cases [--count 200]

`cases.json`: [{file, side, present, values, target, attributes}] where attributes is the list text or null, and `file` is float32
little endian [6, side, side] in the order of settings.BANDS, NaN = nodata.
"""
import argparse
import json
import os

import numpy as np
import torch

from attributes import attributes, format_attributes
from augment import cut, lose_edge, radiometry, turn
from shards import load_scenes
from wording import TARGETS


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", nargs="+", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=5)
    arguments = parser.parse_args()
    os.makedirs(arguments.out, exist_ok=True)
    rng = np.random.default_rng(arguments.seed)
    by_source = {}
    for scene in load_scenes(arguments.data, "train", limit_per_source=6):
        by_source.setdefault(scene["source"], []).append(scene)
    sources = sorted(by_source)
    cases = []
    while len(cases) < arguments.count:
        source = sources[rng.integers(len(sources))]
        scene = by_source[source][rng.integers(len(by_source[source]))]
        side = int(rng.choice([64, 96, 128]))
        pixels, labels = turn(rng, *cut(rng, scene, side))
        pixels, present, kind = radiometry(rng, pixels, torch.from_numpy(scene["present"]).clone(), scene)
        if rng.random() < 0.2:
            pixels, labels = lose_edge(rng, pixels, labels)
        valid = (pixels.abs().sum(0) > 0).numpy()
        stored = pixels.numpy().copy()
        stored[:, ~valid] = np.nan
        name = f"{len(cases):03d}.f32"
        stored.astype("<f4").tofile(os.path.join(arguments.out, name))
        for target in TARGETS:
            regions = attributes(pixels.numpy(), present.numpy(), valid, kind, target)
            cases.append({
                "file": name, "side": side, "present": present.int().tolist(), "values": kind, "target": target,
                "attributes": None if regions is None else format_attributes(regions),
            })
    with open(os.path.join(arguments.out, "cases.json"), "w") as file:
        json.dump(cases, file)


if __name__ == "__main__":
    main()
