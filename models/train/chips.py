"""A pool of training chips with everything that a record of instruction tuning needs: features, masks, attributes, words."""
import numpy as np
import torch

from attributes import attributes, region_attributes
from augment import CropSampler, cut, lose_edge, radiometry, turn
from wording import TARGETS

# Mostly whole looks at a scene, as the answers are about: what a place is called depends on the side.
SIDES = (96, 128, 192, 256, 384, 512)
SIDE_WEIGHTS = (0.05, 0.1, 0.1, 0.3, 0.1, 0.35)


def draw_chip(sampler):
    """Pixels, bands and labels of one augmented window, with its attribute lists by target (None = no usable index)."""
    rng = sampler.rng
    scene, _ = sampler.draw()
    largest = -(-max(scene["labels"].shape[1:]) // 32) * 32
    sides = [side for side in SIDES if side <= max(largest, 96)]
    chances = np.array(SIDE_WEIGHTS[: len(sides)])
    side = int(rng.choice(sides, p=chances / chances.sum()))
    pixels, labels = turn(rng, *cut(rng, scene, side))
    pixels, present, kind = radiometry(rng, pixels, torch.from_numpy(scene["present"]).clone(), scene)
    if rng.random() < 0.05:
        pixels, labels = lose_edge(rng, pixels, labels)
    valid = (pixels.abs().sum(0) > 0).numpy()
    lists = {target: attributes(pixels.numpy(), present.numpy(), valid, kind, target) for target in TARGETS}
    return {
        "source": scene["source"], "id": scene["id"], "trust": float(scene["trust"]), "pixels": pixels, "present": present, "labels": labels,
        "lists": lists, "valid": valid,
    }


@torch.no_grad()
def add_features(chip, segmenter, device):
    """Runs the frozen vision side; fills what no label judges with its opinion, for the words and as a weak target.

    segmenter None: the chip keeps its pixels, and only labels count (a vision side that is still to be trained has no opinion).
    """
    if segmenter is None:
        judged = chip["labels"] != 255
        return _describe(chip, (chip["labels"] == 1).float(), judged.float() * chip["trust"])
    pixels, present = chip["pixels"][None].to(device), chip["present"][None].to(device)
    tokens, mask_features, fine_features = segmenter.vision(pixels, present)
    low = torch.nn.functional.interpolate(
        segmenter.low_head(mask_features), size=pixels.shape[-2:], mode="bilinear", align_corners=False
    )
    opinion = (segmenter.fine_head(fine_features) + low).sigmoid()[0].cpu()
    judged = chip["labels"] != 255
    truth = torch.where(judged, (chip["labels"] == 1).float(), opinion)
    weight = judged.float() * chip["trust"] + (~judged).float() * 0.25
    chip["tokens"], chip["mask_features"], chip["fine_features"] = (
        tokens[0].half().cpu(), mask_features[0].half().cpu(), fine_features[0].half().cpu()
    )
    del chip["pixels"]
    return _describe(chip, truth, weight)


def _describe(chip, truth, weight):
    weight = weight * torch.from_numpy(chip["valid"])
    chip["truth"], chip["weight"] = truth.half(), weight.half()
    valid = max(1, int(chip["valid"].sum()))
    chip["said"] = {}
    for number, target in enumerate(TARGETS):
        mask = (truth[number] > 0.5).numpy() & chip["valid"]
        chip["said"][target] = (float(mask.sum()) / valid, region_attributes(mask))
    del chip["labels"], chip["valid"]
    return chip


def build_pool(scenes, segmenter, count, seed, device):
    """`count` chips with features; reproducible by `seed`."""
    sampler = CropSampler(scenes, seed)
    return [add_features(draw_chip(sampler), segmenter, device) for _ in range(count)]
