"""A checkpoint against index thresholds on packed val scenes, at native resolution, in this recipe's own code.

    python3 score.py --checkpoint work/checkpoint --data work/data … --out work/score.csv [--split val] [--every 4] [--pictures DIR]

The figures of the pack come from `spex-chat eval`; this is the quick look while training. Per scene, band set and target: IoU
of the model (canonical question, attributes of each chip from the image, greedy answer) and of every index rule.
With --vision the heads of pretrain.py are scored instead of a checkpoint.
"""
import argparse
import csv
import json
import math
import os

import numpy as np
import torch
import torch.nn.functional as F

import wording
from attributes import attributes, format_attributes
from evaluate import band_sets, index_masks, iou, predict
from export import LEAST_THRESHOLD
from model import load_spex
from shards import as_float, load_scenes
from tokenizer import Tokenizer
from wording import TARGETS


def mask(logits, valid, temperature, least):
    """The logits above the scene's own threshold, as src/spex/mask-threshold.ts finds it."""
    probable = np.sort(1 / (1 + np.exp(-logits[valid].astype(np.float64) / temperature)))[::-1]
    promised = 2 * probable.cumsum() / (np.arange(1, len(probable) + 1) + probable.sum())
    threshold = max(least, promised.max(initial=0) / 2)
    return logits > temperature * math.log(threshold / (1 - threshold))


class Speaker:
    """A checkpoint as a predictor of three masks, with the answers that it gave."""

    def __init__(self, folder):
        self.spex = load_spex(folder)
        self.tokenizer = Tokenizer.load(os.path.join(folder, "tokenizer.json"))
        with open(os.path.join(folder, "config.json")) as file:
            pack = json.load(file)["spex"]["pack"]
        self.eos, self.limit = pack["eos"], pack["maxNewTokens"]
        self.temperature, self.least = pack["temperature"], pack["threshold"]["least"]
        self.kind, self.wanted, self.answers, self.empty = "display", TARGETS, [], 0

    @torch.no_grad()
    def __call__(self, pixels, present):
        spex = self.spex
        tokens, mask_features, fine_features = spex.vision(pixels, present)
        embed = spex.model.embed_tokens
        valid = (pixels[0].abs().sum(0) > 0).numpy()
        out = torch.full((1, len(TARGETS), *pixels.shape[-2:]), -5.0)
        before = None
        for number, target in enumerate(TARGETS):
            if target not in self.wanted:
                continue
            regions = attributes(pixels[0].numpy(), present[0].numpy(), valid, self.kind, target)
            text = wording.canonical(target, None if regions is None else format_attributes(regions))
            before, after = wording.chat_chunks(text)
            first, second = (embed(torch.tensor([self.tokenizer.encode(part)])) for part in (before, after))
            prefix = torch.cat([first, spex.project(tokens), second], 1)
            ids, states = spex.generate(prefix, self.eos, self.limit)
            self.answers.append((target, self.tokenizer.decode(ids)))
            if states.shape[1] == 0:
                self.empty += 1
                continue
            out[:, number] = spex.mask_logits(mask_features, fine_features, states)[:, 0]
        return out


class Heads:
    """The vision side with the heads of pretrain.py."""

    temperature, least = 1.0, LEAST_THRESHOLD

    def __init__(self, path):
        from pretrain import build

        self.model = build(1, imagenet=False).eval()
        self.model.load_state_dict(torch.load(path, map_location="cpu")["model"])
        self.answers = []

    @torch.no_grad()
    def __call__(self, pixels, present):
        return self.model(pixels, present)[0]


def group(scene, bands):
    nir = bool(scene["present"][3]) and bands != "rgb"
    return f"{scene['resolution']} {'nir' if nir else 'rgb'}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint")
    parser.add_argument("--vision")
    parser.add_argument("--data", nargs="+", required=True)
    parser.add_argument("--split", default="val", choices=("val", "test"), help="test: once, when all has been chosen")
    parser.add_argument("--out", required=True)
    parser.add_argument("--every", type=int, default=1, help="take every n-th scene of sources with more than 10")
    parser.add_argument("--pictures")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--sources", nargs="*")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    network = Heads(arguments.vision) if arguments.vision else Speaker(arguments.checkpoint)
    scenes = load_scenes(arguments.data, arguments.split)
    counts = {}
    for scene in scenes:
        counts.setdefault(scene["source"], []).append(scene)
    scenes = [s for group_ in counts.values() for s in (group_[:: arguments.every] if len(group_) > 10 else group_)]
    if arguments.sources:
        scenes = [s for s in scenes if s["source"] in arguments.sources]
    rows = []
    for scene in scenes:
        sets = band_sets(scene)
        for bands, present in sets.items():
            if bands == "bgrn":
                continue
            network.kind, network.wanted = scene["kind"], scene["judged"]
            logits = predict(network, scene, present)
            masks = [mask(one, scene["valid"] > 0, network.temperature, network.least) for one in logits]
            for number, target in enumerate(TARGETS):
                if target not in scene["judged"]:
                    continue
                labels = scene["labels"][number]
                found = masks[number]
                value = iou(found, labels)
                judged = labels != 255
                false = float((found & judged).sum() / max(1, judged.sum())) if value is None else None
                rules = {name: iou(m, labels) for name, m in index_masks(scene, present, target).items()}
                rows.append({
                    "scene": scene["id"], "bands": bands, "own": bands == next(iter(sets)), "resolution": scene["resolution"], "group": group(scene, bands),
                    "target": target, "model": value, "false": false, "rules": rules,
                })
            if arguments.pictures:
                picture(arguments.pictures, scene, bands, masks)
    with open(arguments.out, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["scene", "bands", "group", "target", "model", "false alarms", "best index", "of rule"])
        for row in rows:
            best = max((v, k) for k, v in row["rules"].items()) if row["rules"] and row["model"] is not None else (None, "")
            writer.writerow([row["scene"], row["bands"], row["group"], row["target"], row["model"], row["false"], *best])
    summary(rows)
    texts = [text for _, text in network.answers]
    print(f"{len(texts)} answers, {len(set(texts))} distinct")
    for target, text in network.answers[:: max(1, len(texts) // 12)]:
        print(f"  {target}: {text}")


def source(row):
    return row["scene"].split("/")[0]


def summary(rows):
    """Mean over scenes and over sources, beside the rule that is best on average over the same scenes."""
    print(f"{'group':28s}{'target':12s}{'n':>4s} {'model':>7s} {'places':>7s} {'index':>7s}  rule")
    groupings = (
        # with the bands that the scene has: what is judged
        lambda row: row["resolution"] if row["own"] else None, lambda row: row["group"], lambda row: f"{source(row)} {row['bands']}",
    )
    for grouping in groupings:
        for key, target in sorted({(grouping(row), row["target"]) for row in rows if grouping(row)}):
            chosen = [r for r in rows if r["target"] == target and r["model"] is not None and grouping(r) == key]
            if not chosen:
                continue
            rules = {}
            for row in chosen:
                for name, value in row["rules"].items():
                    rules.setdefault(name, []).append(value)
            means = {name: np.mean(v) for name, v in rules.items() if len(v) == len(chosen)}
            best = max(means, key=means.get) if means else ""
            places = [np.mean([r["model"] for r in chosen if source(r) == name]) for name in {source(r) for r in chosen}]
            print(f"{key:28s}{target:12s}{len(chosen):4d} {np.mean([r['model'] for r in chosen]):7.3f} {np.mean(places):7.3f} {means.get(best, 0):7.3f}  {best}")
    false = [r for r in rows if r["false"] is not None and r["own"]]
    for resolution, target in ((resolution, target) for resolution in ("high", "medium") for target in TARGETS):
        values = [r["false"] for r in false if r["target"] == target and r["resolution"] == resolution]
        if values:
            print(f"absent {resolution} {target}: {len(values)} scenes, mean share marked {np.mean(values):.3f}, worst {max(values):.3f}")


def picture(folder, scene, bands, found):
    """The scene, the labels and the masks side by side (red building, green vegetation, blue water)."""
    from PIL import Image

    os.makedirs(folder, exist_ok=True)
    image = as_float(scene["image"])[[2, 1, 0]].transpose(1, 2, 0)
    top = 1.0 if scene["kind"] == "display" else max(0.05, float(np.percentile(image, 98)))
    shown = (np.clip(image / top, 0, 1) * 255).astype(np.uint8)
    order = [2, 0, 1]
    labels = np.stack([np.where(scene["labels"][n] == 255, 90, (scene["labels"][n] == 1) * 255) for n in order], -1).astype(np.uint8)
    masks = np.stack([found[n] * 255 for n in order], -1).astype(np.uint8)
    name = scene["id"].replace("/", "_") + f"_{bands}.png"
    joined = Image.fromarray(np.concatenate([shown, labels, masks], 1))
    joined.thumbnail((1500, 600))
    joined.save(os.path.join(folder, name))


if __name__ == "__main__":
    main()
