"""IoU of a pixel-wise predictor, and of index thresholds beside it, on packed scenes at native resolution."""
import numpy as np
import torch

from shards import as_float
from wording import TARGETS

BAND_SETS = {"rgb": (1, 1, 1, 0, 0, 0), "bgrn": (1, 1, 1, 1, 0, 0), "all": (1, 1, 1, 1, 1, 1)}


def band_sets(scene):
    """The band sets under which a scene is judged: all it has, and without near infrared when it has one."""
    present = scene["present"]
    sets = {"all": present.copy()}
    if present[3] and present[:3].all():
        sets["rgb"] = present * np.array(BAND_SETS["rgb"], np.float32)
    if present[4:].any():
        sets["bgrn"] = present * np.array(BAND_SETS["bgrn"], np.float32)
    if present[:3].all() and not present[3:].any():
        sets = {"rgb": present.copy()}
    return sets


@torch.no_grad()
def predict(network, scene, present, chip=512):
    """Logits [3, H, W] of a scene, chip by chip (overlapping by 64, later chips win beyond the middle of the overlap)."""
    image = as_float(scene["image"]) * present[:, None, None] * scene["valid"]
    _, height, width = image.shape
    out = np.zeros((len(TARGETS), height, width), np.float32)
    for top in starts(height, chip):
        for left in starts(width, chip):
            window = image[:, top : top + chip, left : left + chip]
            h, w = window.shape[1:]
            side = -(-max(h, w) // 32) * 32
            padded = np.pad(window, ((0, 0), (0, side - h), (0, side - w)))
            logits = network(torch.from_numpy(padded)[None], torch.from_numpy(present)[None].float())[0].numpy()
            skip_y, skip_x = 32 if top else 0, 32 if left else 0
            out[:, top + skip_y : top + h, left + skip_x : left + w] = logits[:, skip_y:h, skip_x:w]
    return out


def starts(length, chip):
    if length <= chip:
        return [0]
    count = -(-(length - 64) // (chip - 64))
    return sorted({round(i * (length - chip) / (count - 1)) for i in range(count)})


def iou(mask, labels):
    """Intersection over union on the judged pixels; None when the target is absent from them."""
    judged = labels != 255
    truth = (labels == 1) & judged
    if not truth.any():
        return None
    union = (truth | mask) & judged
    return float((truth & mask).sum() / union.sum())


def judge(network, scenes):
    """One dict a scene and target, with the bands that the scene has: `iou` (None where there is none of the target), `marked`, `rules`.

    marked: share of the judged pixels that the mask holds, at the probability 0.5. rules: {index rule: IoU}.
    """
    judged = []
    for scene in scenes:
        logits = predict(network, scene, scene["present"].astype(np.float32))
        for number, target in enumerate(TARGETS):
            labels = scene["labels"][number]
            if target not in scene["judged"] or not (labels != 255).any():
                continue
            mask = logits[number] > 0
            rules = {name: iou(found, labels) for name, found in index_masks(scene, scene["present"], target).items()}
            judged.append({
                "id": scene["id"], "source": scene["source"], "resolution": scene["resolution"], "target": target,
                "iou": iou(mask, labels), "marked": float(mask[labels != 255].mean()), "rules": rules,
            })
    return judged


def rows(judged):
    """The means of `judge` by resolution and target, and by source: over scenes, over sources; the rule that is best there; false alarms."""
    for key in ("resolution", "source"):
        for name in sorted({one[key] for one in judged}):
            for target in TARGETS:
                here = [one for one in judged if one[key] == name and one["target"] == target]
                there = [one for one in here if one["iou"] is not None]
                absent = [one["marked"] for one in here if one["iou"] is None]
                if not here:
                    continue
                sources = [np.mean([one["iou"] for one in there if one["source"] == source]) for source in {one["source"] for one in there}]
                means = {rule: np.mean([one["rules"].get(rule, 0.0) for one in there]) for one in there for rule in one["rules"]}
                best = max(means, key=means.get, default="none")
                yield {
                    "of": name, "target": target, "scenes": len(there), "iou": float(np.mean([one["iou"] for one in there])) if there else float("nan"),
                    "over_sources": float(np.mean(sources)) if there else float("nan"), "index": float(means.get(best, 0.0)), "rule": best,
                    "absent": len(absent), "marked": float(np.mean(absent)) if absent else float("nan"),
                }


def index_masks(scene, present, target):
    """{rule: mask}: fixed and Otsu thresholds of the indices that the bands allow."""
    blue, green, red, nir, swir16, swir22 = as_float(scene["image"])
    has = dict(zip(("blue", "green", "red", "nir", "swir16", "swir22"), present > 0))
    valid = scene["valid"]

    def ratio(a, b):
        return np.where(b > 1e-6, a / np.maximum(b, 1e-6), 0)

    rules = {}
    if target == "vegetation":
        if has["nir"] and has["red"]:
            rules["ndvi"] = (ratio(nir - red, nir + red), 0.3)
        if has["red"] and has["green"] and has["blue"]:
            rules["exg"] = (ratio(2 * green - red - blue, red + green + blue), 0.05)
            rules["gli"] = (ratio(2 * green - red - blue, 2 * green + red + blue), 0.0)
            rules["vari"] = (np.clip(ratio(green - red, green + red - blue), -1, 1), 0.0)
            rules["ngrdi"] = (ratio(green - red, green + red), 0.0)
    elif target == "water":
        if has["nir"] and has["green"]:
            rules["ndwi"] = (ratio(green - nir, green + nir), 0.0)
        if has["swir16"] and has["green"]:
            rules["mndwi"] = (ratio(green - swir16, green + swir16), 0.0)
        if has["red"] and has["blue"]:
            rules["blue-red"] = (ratio(blue - red, blue + red), 0.0)
    else:
        if has["swir16"] and has["nir"]:
            rules["ndbi"] = (ratio(swir16 - nir, swir16 + nir), 0.0)
        if has["swir22"] and has["nir"]:
            rules["ui"] = (ratio(swir22 - nir, swir22 + nir), 0.0)
        if has["red"] and has["green"] and has["blue"]:
            rules["brightness"] = ((red + green + blue) / 3, 0.5)
            rules["minus-exg"] = (-ratio(2 * green - red - blue, red + green + blue), 0.0)
    masks = {}
    for name, (values, fixed) in rules.items():
        masks[f"{name} fixed"] = (values > fixed) & valid
        masks[f"{name} otsu"] = (values > otsu(values[valid])) & valid
    return masks


def otsu(values):
    """Otsu's threshold over 256 bins of [-1, 1] (Otsu 1979)."""
    histogram, edges = np.histogram(np.clip(values, -1, 1), 256, (-1, 1))
    below = histogram.cumsum().astype(np.float64)
    sums = (histogram * np.arange(256)).cumsum().astype(np.float64)
    above = below[-1] - below
    with np.errstate(divide="ignore", invalid="ignore"):
        between = below * above * (sums / below - (sums[-1] - sums) / above) ** 2
    return edges[int(np.nanargmax(np.where(np.isfinite(between), between, -1))) + 1]
