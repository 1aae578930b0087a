"""Seeded synthetic scenes with exact labels: python3 synthesise.py --seed 1 --count 1500 --out work/synthetic

A scene is painted from materials on a grid of metres (fields, forest, water, roads, roofs with shadows, sand, snow), then seen
through a sensor: illumination, haze, blur, noise. Shards as in pack_data.py, source `synthetic`.
"""
import argparse
import functools
import json
import os
from multiprocessing import Pool

import numpy as np

from settings import BANDS

SIDE = 192
SHARD_SCENES = 60

# Surface reflectance in blue, green, red, nir, swir16, swir22. Values rounded from typical spectra of the USGS Spectral
# Library Version 7 (Kokaly et al. 2017, doi:10.3133/ds1035) and the ECOSTRESS library (Meerdink et al. 2019,
# doi:10.1016/j.rse.2019.05.015), water from the ranges in Mobley 1994, "Light and Water".
MATERIALS = {
    "broadleaf": (0.025, 0.055, 0.03, 0.40, 0.19, 0.08),
    "conifer": (0.018, 0.035, 0.022, 0.24, 0.10, 0.04),
    "olive_canopy": (0.035, 0.060, 0.050, 0.28, 0.18, 0.10),
    "autumn_canopy": (0.035, 0.070, 0.090, 0.34, 0.22, 0.12),
    "mangrove": (0.028, 0.048, 0.034, 0.26, 0.09, 0.04),
    "grey_mangrove": (0.060, 0.072, 0.064, 0.24, 0.10, 0.05),
    "reed": (0.040, 0.070, 0.060, 0.26, 0.16, 0.09),
    "shrub": (0.035, 0.055, 0.050, 0.24, 0.15, 0.09),
    "grass": (0.035, 0.085, 0.055, 0.40, 0.24, 0.12),
    "crop": (0.030, 0.080, 0.040, 0.48, 0.22, 0.09),
    "young_crop": (0.055, 0.095, 0.080, 0.30, 0.27, 0.17),
    "dry_grass": (0.080, 0.125, 0.170, 0.27, 0.37, 0.27),
    "stubble": (0.085, 0.130, 0.180, 0.26, 0.34, 0.26),
    "dark_soil": (0.050, 0.070, 0.090, 0.14, 0.20, 0.17),
    "brown_soil": (0.080, 0.110, 0.155, 0.22, 0.32, 0.27),
    "red_soil": (0.060, 0.095, 0.200, 0.27, 0.36, 0.30),
    "mud": (0.075, 0.090, 0.095, 0.10, 0.07, 0.05),
    "tidal_flat": (0.150, 0.190, 0.205, 0.22, 0.15, 0.11),
    "sand": (0.170, 0.240, 0.320, 0.40, 0.48, 0.44),
    "bright_sand": (0.260, 0.340, 0.420, 0.48, 0.55, 0.51),
    "rock": (0.130, 0.155, 0.180, 0.21, 0.26, 0.23),
    "gravel": (0.150, 0.175, 0.200, 0.23, 0.27, 0.25),
    "asphalt": (0.080, 0.090, 0.100, 0.115, 0.13, 0.125),
    "old_asphalt": (0.120, 0.135, 0.145, 0.165, 0.19, 0.18),
    "concrete": (0.210, 0.245, 0.270, 0.30, 0.33, 0.31),
    "tile_roof": (0.070, 0.100, 0.220, 0.29, 0.34, 0.30),
    "brown_roof": (0.075, 0.090, 0.120, 0.15, 0.19, 0.18),
    "grey_roof": (0.140, 0.150, 0.160, 0.18, 0.21, 0.20),
    "dark_roof": (0.050, 0.055, 0.060, 0.075, 0.10, 0.10),
    "white_roof": (0.520, 0.560, 0.580, 0.58, 0.50, 0.44),
    "metal_roof": (0.300, 0.320, 0.330, 0.34, 0.34, 0.33),
    "blue_roof": (0.250, 0.200, 0.130, 0.24, 0.26, 0.22),
    "green_roof": (0.080, 0.150, 0.090, 0.17, 0.20, 0.18),
    "beige_roof": (0.230, 0.290, 0.340, 0.39, 0.42, 0.39),
    "clear_water": (0.045, 0.030, 0.015, 0.006, 0.003, 0.002),
    "deep_sea": (0.055, 0.030, 0.010, 0.004, 0.002, 0.002),
    "green_water": (0.040, 0.070, 0.040, 0.020, 0.006, 0.004),
    "algae_water": (0.030, 0.075, 0.040, 0.070, 0.010, 0.006),
    "turbid_water": (0.075, 0.115, 0.125, 0.050, 0.010, 0.006),
    "brown_water": (0.060, 0.095, 0.140, 0.085, 0.014, 0.008),
    "shallow_water": (0.110, 0.140, 0.090, 0.025, 0.006, 0.004),
    "olive_water": (0.022, 0.038, 0.020, 0.010, 0.004, 0.003),
    "shoal_water": (0.075, 0.115, 0.095, 0.030, 0.006, 0.004),
    "black_water": (0.015, 0.015, 0.012, 0.008, 0.004, 0.003),
    "pool": (0.330, 0.360, 0.200, 0.060, 0.010, 0.006),
    "snow": (0.880, 0.870, 0.850, 0.75, 0.10, 0.07),
    "cloud": (0.620, 0.620, 0.620, 0.63, 0.45, 0.35),
}
NAMES = list(MATERIALS)
TABLE = np.array([MATERIALS[name] for name in NAMES], np.float32)
ID = {name: number for number, name in enumerate(NAMES)}
CANOPY = ["broadleaf", "conifer", "olive_canopy", "autumn_canopy", "mangrove", "grey_mangrove"]
VEGETATION = [*CANOPY, "reed", "shrub", "grass", "crop", "young_crop"]
SEALED = ["asphalt", "old_asphalt", "concrete"]
WATER = [name for name in NAMES if "water" in name] + ["deep_sea", "pool"]
ROOFS = [name for name in NAMES if name.endswith("_roof")]
OPEN_GROUND = {
    "green": ["crop", "grass", "young_crop", "brown_soil", "dark_soil", "stubble", "dry_grass", "crop"],
    "dry": ["dry_grass", "stubble", "brown_soil", "red_soil", "dry_grass", "grass", "sand"],
    "desert": ["sand", "bright_sand", "rock", "gravel", "red_soil", "brown_soil"],
    "mountain": ["grass", "rock", "gravel", "dry_grass", "snow"],
}
# How often the open ground of a scene is shrubland
SHRUBS = {"green": 0.15, "dry": 0.5, "desert": 0.45, "mountain": 0.4}
TREES = {
    "green": ["broadleaf", "conifer", "broadleaf", "autumn_canopy"], "dry": ["olive_canopy", "broadleaf", "conifer"],
    "desert": ["olive_canopy", "broadleaf"], "mountain": ["conifer", "conifer", "broadleaf"],
}


def noise(rng, side, cell):
    """Smooth noise of about `cell` pixels, mean 0 and spread about 1."""
    count = max(2, int(np.ceil(side / max(cell, 1.0))) + 3)
    grid = rng.standard_normal((count, count)).astype(np.float32)
    at = np.arange(side, dtype=np.float32) / max(cell, 1.0) + rng.random() * 0.99
    low = np.minimum(at.astype(int), count - 2)
    t = at - low
    t = t * t * (3 - 2 * t)
    rows = grid[low] * (1 - t)[:, None] + grid[low + 1] * t[:, None]
    return rows[:, low] * (1 - t) + rows[:, low + 1] * t


def fractal(rng, side, cell, octaves=3):
    total = np.zeros((side, side), np.float32)
    for octave in range(octaves):
        total += noise(rng, side, cell / 2**octave) / 1.8**octave
    return total / 1.2


def turned(x, y, angle):
    """Coordinates along and across a direction."""
    return np.cos(angle) * x + np.sin(angle) * y, -np.sin(angle) * x + np.cos(angle) * y


def paint(seed, fine=0.6, lagoons=0.15):
    """One scene: (values [6, S, S] float32 reflectance, labels [3, S, S], ground sampling distance in metres).

    fine: how often the pixels are below 2.5 m. lagoons: how often the water is a tidal lagoon.
    """
    rng = np.random.default_rng(seed)
    gsd = float(np.exp(rng.uniform(np.log(0.25), np.log(2.5)))) if rng.random() < fine else float(rng.choice([5, 10, 10, 10, 20, 30, 30]))
    tidal = rng.random() < lagoons
    climate = rng.choice(["desert", "desert", "dry", "green"] if tidal else ["green", "green", "green", "dry", "dry", "desert", "mountain"])
    y, x = np.mgrid[:SIDE, :SIDE].astype(np.float32)
    wx, wy = x + noise(rng, SIDE, 48) * rng.uniform(0, 6), y + noise(rng, SIDE, 48) * rng.uniform(0, 6)
    cover = open_ground(rng, wx, wy, gsd, climate)
    trees = forest(rng, gsd, climate, cover)
    roads(rng, x, y, wx, wy, gsd, cover, climate)
    stand = open_stand = np.zeros((SIDE, SIDE), bool)
    if tidal:
        water, stand, open_stand = lagoon(rng, gsd, cover)
    else:
        water = waters(rng, x, y, gsd, cover)
        if climate != "mountain" and rng.random() < (0.6 if climate == "desert" else 0.35):
            marsh(rng, gsd, cover, water)
    barred = water | stand
    if gsd <= 3 and climate in ("desert", "dry") and rng.random() < 0.5:
        gardens(rng, x, y, gsd, cover, barred)
    labels = np.zeros((3, SIDE, SIDE), np.uint8)
    shadow = np.zeros((SIDE, SIDE), np.float32)
    buildup = rng.random() < (0.6 if climate != "mountain" else 0.25)
    if gsd <= 3:
        building, shadow = houses(rng, gsd, cover, barred, dense=rng.random()) if buildup else (np.zeros_like(water), shadow)
        if buildup and rng.random() < 0.3:
            pools(rng, gsd, cover, building, water)
    else:
        town = built_up(rng, gsd, cover, barred, trees) if buildup else None
    values = TABLE[cover].transpose(2, 0, 1).copy()
    # the whole material varies a little from scene to scene and within it
    for number in np.unique(cover):
        where = cover == number
        values[:, where] *= np.exp(rng.normal(0, 0.16) + rng.normal(0, 0.05, (6, 1))).astype(np.float32)
    is_water = np.isin(cover, [ID[name] for name in WATER])
    texture = noise(rng, SIDE, rng.uniform(1, 4)) * 0.06 + noise(rng, SIDE, rng.uniform(6, 30)) * 0.08
    values *= np.exp(texture * np.where(is_water, 0.4, 1.0))[None]
    if is_water.any():
        surface(rng, gsd, values, is_water)
    if gsd > 3 and town is not None:
        values = np.where(town["mask"][None], town["values"], values)
    canopy = np.isin(cover, [ID[name] for name in CANOPY])
    if gsd < 4:
        # crowns: bright tops and shaded gaps at the size of a tree
        crown = noise(rng, SIDE, max(1.5, rng.uniform(3, 8) / gsd))
        values *= np.where(canopy, np.exp(rng.uniform(0.25, 0.6 if tidal else 0.35) * crown), 1.0)[None]
    relief = noise(rng, SIDE, rng.uniform(20, 80)) * (0.25 if climate == "mountain" else 0.05)
    values *= np.exp(relief)[None]
    values *= (1 - shadow * rng.uniform(0.45, 0.8))[None]
    labels[0] = np.isin(cover, [ID[name] for name in VEGETATION])
    labels[1] = is_water
    if gsd <= 3:
        labels[2] = building
        labels[0][building] = 0
    else:
        # at these pixel sizes "building" is built-up land, wide roads included
        labels[2] = np.isin(cover, [ID[name] for name in SEALED])
        if town is not None:
            labels[0][town["mask"]], labels[2][town["mask"]] = town["vegetation"][town["mask"]], town["building"][town["mask"]]
    if tidal:
        labels[0][open_stand & (labels[0] == 0)] = 255
    elif rng.random() < SHRUBS[climate]:
        free = ~is_water & (labels[0] == 0) & (labels[2] == 0)
        values, labels[0] = shrubs(rng, gsd, values, labels[0], free)
    if rng.random() < 0.1:
        values, labels = clouds(rng, values, labels)
    return sense(rng, values, gsd), labels, gsd


def open_ground(rng, wx, wy, gsd, climate):
    """Fields: the nearest of some seeds on a grid turned by a common angle, so that borders are straight."""
    size = rng.uniform(60, 350) / gsd
    angle = rng.uniform(0, np.pi)
    u, v = turned(wx, wy, angle)
    ratio = rng.uniform(1, 4)
    iu, iv = np.floor(u / size).astype(int), np.floor(v / size * ratio + (np.floor(u / size) % 2) * 0.5).astype(int)
    names = OPEN_GROUND[climate]
    table = rng.integers(0, len(names), 997)
    if climate in ("desert", "mountain") or rng.random() < 0.2:
        field = np.digitize(fractal(rng, SIDE, rng.uniform(20, 90)), [-0.7, 0, 0.7])
        cover = np.array([ID[names[table[k]]] for k in range(4)])[field]
    else:
        cover = np.array([ID[name] for name in names])[table[(iu * 31 + iv * 17) % 997]]
    return cover


def forest(rng, gsd, climate, cover):
    amount = {"green": rng.uniform(-0.3, 1.6), "dry": rng.uniform(0.5, 1.8), "desert": rng.uniform(1.3, 2.4), "mountain": rng.uniform(-0.8, 1)}
    trees = fractal(rng, SIDE, max(4, rng.uniform(15, 120) / gsd)) > amount[climate]
    names = TREES[climate]
    kind = np.array([ID[names[k]] for k in rng.integers(0, len(names), 3)])[np.digitize(noise(rng, SIDE, 40), [-0.3, 0.6])]
    cover[trees] = kind[trees]
    if gsd < 2:
        # single trees
        for _ in range(rng.integers(0, 25)):
            radius = rng.uniform(1.5, 6) / gsd
            disc(cover, rng.uniform(0, SIDE), rng.uniform(0, SIDE), radius, ID[names[rng.integers(len(names))]], rng)
    return trees


def marsh(rng, gsd, cover, water):
    """Mangroves or reed along the water."""
    near = water.astype(np.float32)
    reach = int(np.clip(rng.uniform(10, 200) / gsd, 2, 96))
    for axis in (0, 1):
        sums = np.cumsum(np.pad(near, [(reach + 1, reach) if a == axis else (0, 0) for a in (0, 1)], mode="edge"), axis)
        near = np.take(sums, range(2 * reach + 1, SIDE + 2 * reach + 1), axis) - np.take(sums, range(SIDE), axis)
    wet = (near > 0) & ~water & (fractal(rng, SIDE, rng.uniform(15, 60)) > rng.uniform(-1.2, 0.6))
    cover[wet] = ID[rng.choice(["mangrove", "mangrove", "reed"])]


def lagoon(rng, gsd, cover):
    """A tidal lagoon: deep water, shoals, pale flats, mangrove stands cut by creeks. Returns bool [S, S]: water, stand, open stand.

    Canopies there are as dark as the water and hardly greener: grain and smoothness tell them apart. An open stand, where trees and
    mud mix, is not judged for vegetation.
    """
    y, x = np.mgrid[:SIDE, :SIDE].astype(np.float32) / SIDE - 0.5
    angle = rng.uniform(0, 2 * np.pi)
    height = fractal(rng, SIDE, rng.uniform(40, 110)) + rng.uniform(0, 4) * (np.cos(angle) * x + np.sin(angle) * y) + rng.uniform(-0.9, 1.2)
    levels = np.cumsum([-0.6, rng.uniform(0.05, 0.5), rng.uniform(0.05, 0.4), rng.uniform(0.4, 3)])
    deep = rng.choice(["olive_water", "olive_water", "green_water", "black_water", "turbid_water", "clear_water"])
    flat, shoal = rng.choice(["tidal_flat", "mud", "sand", "bright_sand"]), rng.choice(["shoal_water", "shallow_water", deep])
    tree = rng.choice(["grey_mangrove", "grey_mangrove", "mangrove"])
    # the land above the stands keeps what it has
    zone = np.digitize(height, levels)
    for number, name in enumerate([deep, shoal, flat, tree]):
        cover[zone == number] = ID[name]
    stand = zone == 3
    density = rng.uniform(-0.2, 1.6) + 0.8 * fractal(rng, SIDE, rng.uniform(15, 60))
    grain = noise(rng, SIDE, max(1.2, rng.uniform(3, 8) / gsd))
    cover[stand & (grain > density + 0.8)] = ID[flat]
    creek = np.zeros((SIDE, SIDE), bool)
    for _ in range(rng.integers(0, 4)):
        # the zero line of smooth noise winds as a creek does
        line = noise(rng, SIDE, rng.uniform(20, 90))
        slope = np.hypot(*np.gradient(line)) + 0.004
        creek |= (np.abs(line) / slope < max(0.7, np.exp(rng.uniform(np.log(2), np.log(25))) / gsd / 2)) & (height > levels[0] - 0.2)
    creek &= zone <= 3
    bank = creek.copy()
    for axis in (0, 1):
        bank |= np.roll(bank, 1, axis) | np.roll(bank, -1, axis)
    cover[bank & (zone >= 2) & (rng.random() < 0.5)] = ID[flat]
    cover[creek] = ID[deep]
    stand &= ~creek
    return (zone < 2) | creek, stand, stand & (density < 0.8)


def gardens(rng, x, y, gsd, cover, barred):
    """Watered green among dry ground: lawns and plots with trees, in rows or scattered."""
    for _ in range(rng.integers(1, 8)):
        w, h = np.exp(rng.uniform(np.log(8), np.log(90), 2)) / gsd
        cx, cy = rng.uniform(0, SIDE, 2)
        angle = rng.uniform(0, np.pi)
        u, v = turned(x - cx, y - cy, angle)
        plot = (np.hypot(u / w, v / h) < 0.5 if rng.random() < 0.3 else (np.abs(u) < w / 2) & (np.abs(v) < h / 2)) & ~barred
        if rng.random() < 0.6:
            cover[plot] = ID[rng.choice(["grass", "grass", "shrub", "dry_grass", "young_crop"])]
        spacing, size = rng.uniform(5, 12) / gsd, rng.uniform(2, 5) / gsd
        if rng.random() < 0.4:
            trees = (u % spacing < size) & (v % spacing < size)
        else:
            trees = noise(rng, SIDE, max(1.2, size)) > rng.uniform(-0.5, 1.2)
        cover[plot & trees] = ID[rng.choice(["olive_canopy", "broadleaf", "conifer", "shrub"])]


def surface(rng, gsd, values, is_water):
    """Waves and sun glint, which adds about the same to every band (Kay et al. 2009, doi:10.3390/rs1040697)."""
    if gsd < 4 and rng.random() < 0.5:
        waves = noise(rng, SIDE, rng.uniform(1.5, 6)) * rng.uniform(0.03, 0.3) + noise(rng, SIDE, rng.uniform(10, 40)) * rng.uniform(0, 0.25)
        values *= np.where(is_water, np.exp(waves), 1.0)[None]
    if rng.random() < 0.4:
        glint = rng.exponential(0.012) * np.exp(0.3 * noise(rng, SIDE, rng.uniform(2, 30)))
        values += np.where(is_water, glint, 0.0)[None]


def shrubs(rng, gsd, values, vegetation, free):
    """Dry shrubland on the free ground: bushes where pixels are small, mixed pixels where they are not. Returns (values, labels).

    A mixed pixel is vegetation above NDVI 0.3, which is a third to a half of cover, and not judged between 0.2 and 0.3.
    """
    share = np.clip(rng.uniform(0.05, 0.6) + 0.25 * fractal(rng, SIDE, rng.uniform(20, 90)), 0, 0.9)
    canopy = TABLE[ID[rng.choice(["shrub", "olive_canopy", "conifer"])]] * np.exp(rng.normal(0, 0.15))
    if gsd < 3:
        bush = noise(rng, SIDE, max(1.2, rng.uniform(1.5, 5) / gsd)) < (share - 0.5) * 2.6
        share = bush.astype(np.float32)
    share = np.where(free, share, 0)[None]
    values = values * (1 - share) + canopy[:, None, None] * share
    ndvi = (values[3] - values[2]) / np.maximum(values[3] + values[2], 1e-3)
    seen = share[0] > 0.05
    vegetation = np.where(seen & (ndvi > 0.2), 255, vegetation)
    return values.astype(np.float32), np.where(seen & ((share[0] > 0.99) if gsd < 3 else (ndvi > 0.3)), 1, vegetation).astype(np.uint8)


def disc(cover, cx, cy, radius, value, rng):
    reach = int(radius * 1.4) + 1
    x0, x1, y0, y1 = int(max(0, cx - reach)), int(min(SIDE, cx + reach + 1)), int(max(0, cy - reach)), int(min(SIDE, cy + reach + 1))
    if x0 >= x1 or y0 >= y1:
        return
    y, x = np.mgrid[y0:y1, x0:x1]
    angle = np.arctan2(y - cy, x - cx)
    wobble = 1 + 0.15 * np.sin(angle * rng.integers(2, 5) + rng.uniform(0, 6)) + 0.1 * np.sin(angle * 7 + rng.uniform(0, 6))
    cover[y0:y1, x0:x1][np.hypot(x - cx, y - cy) < radius * wobble] = value


def roads(rng, x, y, wx, wy, gsd, cover, climate):
    for _ in range(rng.integers(0, 5)):
        angle, offset = rng.uniform(0, np.pi), rng.uniform(-0.4, 0.4) * SIDE
        width = rng.uniform(4, 22) / gsd
        distance = np.abs(np.cos(angle) * (wx - SIDE / 2) + np.sin(angle) * (wy - SIDE / 2) - offset)
        if width < 1:
            continue
        cover[distance < width / 2] = ID[rng.choice(["asphalt", "old_asphalt", "concrete", "brown_soil", "gravel"])]
        if width > 8 and rng.random() < 0.5:
            cover[distance < width * 0.08] = ID["grass" if climate == "green" else "gravel"]
    if gsd < 3 and rng.random() < 0.25:
        # a sealed yard or parking place
        w, h = rng.uniform(20, 80, 2) / gsd
        cx, cy = rng.uniform(0, SIDE, 2)
        cover[(np.abs(x - cx) < w / 2) & (np.abs(y - cy) < h / 2)] = ID[rng.choice(["asphalt", "concrete", "gravel"])]


def waters(rng, x, y, gsd, cover):
    mask = np.zeros((SIDE, SIDE), bool)
    kind = rng.choice(["clear_water", "deep_sea", "green_water", "algae_water", "turbid_water", "brown_water", "shallow_water", "black_water"])
    if rng.random() < 0.45:
        return mask
    shape = rng.choice(["river", "lake", "sea", "ponds", "lake"])
    if shape == "river":
        angle = rng.uniform(0, np.pi)
        u, v = turned(x - SIDE / 2, y - SIDE / 2, angle)
        path = sum(
            rng.uniform(0, 0.35) * length * np.sin(u / length * 2 * np.pi + rng.uniform(0, 6)) * 0.5
            for length in (SIDE * rng.uniform(0.5, 1.5), SIDE * rng.uniform(0.2, 0.5))
        )
        width = max(1.5, np.exp(rng.uniform(np.log(4), np.log(300))) / gsd) * (1 + 0.25 * noise(rng, SIDE, 30))
        mask = np.abs(v - path + rng.uniform(-40, 40)) < np.clip(width, 1, 90) / 2
    elif shape == "sea":
        angle = rng.uniform(0, 2 * np.pi)
        line = np.cos(angle) * (x - SIDE / 2) + np.sin(angle) * (y - SIDE / 2) + fractal(rng, SIDE, 60) * rng.uniform(2, 25)
        mask = line > rng.uniform(-120, 60)
        beach = (line > rng.uniform(-12, -2)) & ~mask if rng.random() < 0.6 else mask & False
        cover[beach & ~mask] = ID[rng.choice(["sand", "bright_sand", "gravel"])]
    elif shape == "lake":
        mask = fractal(rng, SIDE, rng.uniform(35, 90), 2) > rng.uniform(0.2, 1.3)
    else:
        canvas = np.zeros((SIDE, SIDE), np.int64)
        for _ in range(rng.integers(1, 6)):
            disc(canvas, rng.uniform(0, SIDE), rng.uniform(0, SIDE), rng.uniform(3, 18), 1, rng)
        mask = canvas == 1
    cover[mask] = ID[kind]
    if rng.random() < 0.3:
        other = ID[rng.choice(["turbid_water", "shallow_water", "green_water", "clear_water"])]
        cover[mask & (fractal(rng, SIDE, 50) > 0.4)] = other
    return mask


def houses(rng, gsd, cover, barred, dense):
    """Roofs on a turned street grid, with their shadows. Returns (mask, shadow 0-1)."""
    mask = np.zeros((SIDE, SIDE), bool)
    shadow = np.zeros((SIDE, SIDE), np.float32)
    angle = rng.uniform(0, np.pi / 2)
    cos, sin = np.cos(angle), np.sin(angle)
    industrial = rng.random() < 0.25
    plot = rng.uniform(35, 90) if industrial else rng.uniform(11, 32)
    sun = rng.uniform(0, 2 * np.pi)
    height = rng.uniform(3, 9) if rng.random() < 0.8 else rng.uniform(10, 40)
    length = height * rng.uniform(0.4, 1.8) / gsd
    shift = (int(round(np.sin(sun) * length)), int(round(np.cos(sun) * length)))
    palette = rng.choice(ROOFS, rng.integers(1, 5))
    y, x = np.mgrid[:SIDE, :SIDE].astype(np.float32)
    u, v = turned(x, y, angle)
    if rng.random() < 0.7 and plot / gsd > 5:
        street = rng.uniform(5, 12) / gsd
        block = plot * rng.integers(2, 5) / gsd
        sealed = ((u % block) < street) | ((v % (block * 1.7)) < street)
        cover[sealed & ~barred] = ID[rng.choice(["asphalt", "old_asphalt", "concrete", "brown_soil"])]
    town = fractal(rng, SIDE, 80) > rng.uniform(-1.5, 0.8)
    cell = plot / gsd
    if cell < 2.5:
        cell = 2.5
    u0, v0 = u.min(), v.min()
    facing = np.zeros((SIDE, SIDE), np.float32)
    for iu in range(int((u.max() - u0) / cell) + 1):
        for iv in range(int((v.max() - v0) / cell) + 1):
            if rng.random() > 0.35 + 0.6 * dense:
                continue
            cu, cv = u0 + (iu + rng.uniform(0.35, 0.65)) * cell, v0 + (iv + rng.uniform(0.35, 0.65)) * cell
            px, py = cos * cu - sin * cv, sin * cu + cos * cv
            if not (0 <= px < SIDE and 0 <= py < SIDE) or not town[int(py), int(px)]:
                continue
            a, b = cell * rng.uniform(0.22, 0.44), cell * rng.uniform(0.2, 0.42)
            reach = int(np.hypot(a, b)) + 2
            ys, xs = slice(max(0, int(py) - reach), int(py) + reach + 1), slice(max(0, int(px) - reach), int(px) + reach + 1)
            du, dv = u[ys, xs] - cu, v[ys, xs] - cv
            roof = (np.abs(du) < a) & (np.abs(dv) < b)
            if rng.random() < 0.3:
                roof &= ~((du > a * rng.uniform(0, 0.5)) & (dv > b * rng.uniform(0, 0.5)))
            roof &= ~barred[ys, xs]
            mask[ys, xs] |= roof
            cover[ys, xs][roof] = ID[rng.choice(palette)]
            if not industrial and rng.random() < 0.7:
                facing[ys, xs][roof] = np.where(dv[roof] > 0, 0.5, -0.5) * rng.uniform(0, 0.7)
    moved = np.zeros_like(mask)
    for step in (0.35, 0.7, 1.0):
        moved |= np.roll(mask, (int(shift[0] * step), int(shift[1] * step)), (0, 1))
    shadow = (moved & ~mask).astype(np.float32)
    # the slope that faces away from the sun is darker: carried as a negative or positive "shadow"
    return mask, shadow + np.clip(-facing, 0, 1) * mask


def pools(rng, gsd, cover, building, water):
    for _ in range(rng.integers(1, 5)):
        spot = np.zeros_like(cover)
        disc(spot, rng.uniform(0, SIDE), rng.uniform(0, SIDE), rng.uniform(2, 5) / gsd, 1, rng)
        where = (spot == 1) & ~building & ~water
        cover[where] = ID["pool"]


def built_up(rng, gsd, cover, barred, trees):
    """Towns at 5-30 m: pixels mix roofs, streets, gardens and shade.

    Returns mask [S, S], values [6, S, S], and the labels vegetation and building within the mask: built-up where less than 55 % of a
    pixel is garden, as residential land is in land cover maps; green above 70 %, between them not judged.
    """
    # a village or two, or a city that fills most of the scene
    amount = rng.uniform(-0.8, 0.3) if rng.random() < 0.35 else rng.uniform(0.3, 1.7)
    town = fractal(rng, SIDE, max(6, rng.uniform(150, 1500) / gsd)) > amount
    town &= ~barred & ~(trees & (rng.random(trees.shape) < 0.7))
    roofs = TABLE[[ID[name] for name in rng.choice(ROOFS, 4)]]
    street = TABLE[ID[rng.choice(["asphalt", "old_asphalt", "concrete"])]]
    garden = str(rng.choice(["grass", "broadleaf", "dry_grass", "brown_soil", "conifer", "shrub"]))
    roof_share = np.clip(rng.uniform(0.15, 0.5) + 0.22 * noise(rng, SIDE, 1.5) + 0.15 * noise(rng, SIDE, 12), 0.03, 0.95)
    open_share = np.clip(rng.uniform(0, 0.7) + 0.22 * noise(rng, SIDE, 2.0) + 0.2 * noise(rng, SIDE, 12), 0, 0.98) * (1 - roof_share)
    on_street = street_grid(rng, gsd)
    roof_share[on_street] *= 0.3
    open_share[on_street] *= 0.3
    roof = roofs[rng.integers(0, 4, (SIDE, SIDE))].transpose(2, 0, 1)
    if rng.random() < 0.7:
        roof = (roof + roofs.mean(0)[:, None, None]) / 2
    # halls and depots: one roof over many pixels
    for _ in range(rng.integers(0, 8)):
        top, left = rng.integers(0, SIDE, 2)
        height, width = np.maximum(1, rng.uniform(20, 150, 2) / gsd).astype(int)
        window = (slice(top, top + height), slice(left, left + width))
        roof[(slice(None), *window)] = roofs[rng.integers(4)][:, None, None]
        roof_share[window], open_share[window] = 0.95, 0
    ground = TABLE[ID[garden]][:, None, None]
    mixture = roof * roof_share + ground * open_share + street[:, None, None] * (1 - roof_share - open_share)
    # walls and trees throw shade: a town is darker than its materials (0.07-0.16 in the visible in Sentinel-2 scenes)
    shade = np.exp(rng.normal(-0.5, 0.3)) * np.exp(rng.uniform(0.05, 0.25) * noise(rng, SIDE, 1.2) + 0.1 * noise(rng, SIDE, 20))
    mixture = mixture * np.clip(shade, 0.15, 1.3)
    open_pixel, built_pixel = open_share > 0.7, open_share < 0.55
    building = np.where(open_pixel, 0, np.where(built_pixel, 1, 255))
    green = 1 if garden in VEGETATION else 0
    vegetation = np.where(open_pixel, green, np.where(open_share < 0.2, 0, 255 if green else 0))
    return {"mask": town, "values": mixture.astype(np.float32), "vegetation": vegetation, "building": building}


def street_grid(rng, gsd):
    """Bool [S, S]: two families of parallel streets, as wide as a pixel or a little more."""
    y, x = np.mgrid[:SIDE, :SIDE].astype(np.float32)
    x, y = x + noise(rng, SIDE, 40) * rng.uniform(0, 4), y + noise(rng, SIDE, 40) * rng.uniform(0, 4)
    angle, width = rng.uniform(0, np.pi), max(0.8, rng.uniform(8, 20) / gsd)
    grid = np.zeros((SIDE, SIDE), bool)
    for turned in (angle, angle + np.pi / 2):
        spacing = max(2.5 * width, rng.uniform(60, 220) / gsd)
        grid |= (np.cos(turned) * x + np.sin(turned) * y) % spacing < width
    return grid


def clouds(rng, values, labels):
    amount = np.clip((fractal(rng, SIDE, 60) - rng.uniform(0.6, 1.5)) * 1.5, 0, 1)
    values = values * (1 - amount) + TABLE[ID["cloud"]][:, None, None] * amount
    labels = labels.copy()
    labels[:, (amount > 0.3) & (amount < 0.8)] = 255
    labels[:, amount >= 0.8] = 0
    return values, labels


def sense(rng, values, gsd):
    """Illumination, haze (stronger in the blue), blur of the optics, noise of the sensor."""
    values = values * rng.uniform(0.8, 1.1)
    if rng.random() < 0.6:
        depth = rng.uniform(0, 0.10)
        path = depth * np.array([1.0, 0.62, 0.42, 0.2, 0.04, 0.02], np.float32)[:, None, None]
        values = values * (1 - depth) + path * (1 + 0.3 * noise(rng, SIDE, 90))
    for _ in range(rng.integers(1, 3)):
        values[:, 1:-1] = (values[:, :-2] + 2 * values[:, 1:-1] + values[:, 2:]) / 4
        values[:, :, 1:-1] = (values[:, :, :-2] + 2 * values[:, :, 1:-1] + values[:, :, 2:]) / 4
    spread = rng.uniform(0.001, 0.008)
    values = values + rng.standard_normal(values.shape).astype(np.float32) * (spread + 0.02 * values)
    return np.clip(values, 0, 1.5)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=1500)
    parser.add_argument("--fine", type=float, default=0.6, help="share of scenes with pixels below 2.5 m")
    parser.add_argument("--lagoons", type=float, default=0.15, help="share of scenes whose water is a tidal lagoon")
    parser.add_argument("--out", required=True)
    parser.add_argument("--workers", type=int, default=2)
    arguments = parser.parse_args()
    os.makedirs(arguments.out, exist_ok=True)
    index, arrays = [], {}
    seeds = [arguments.seed * 1_000_003 + number for number in range(arguments.count)]
    with Pool(arguments.workers) as pool:
        for number, (values, labels, gsd) in enumerate(pool.imap(functools.partial(paint, fine=arguments.fine, lagoons=arguments.lagoons), seeds, chunksize=8)):
            key, shard = f"{number % SHARD_SCENES:03d}", f"synthetic-{number // SHARD_SCENES:02d}.npz"
            arrays[f"{key}.image"] = values.astype(np.float16)
            arrays[f"{key}.present"] = np.ones(len(BANDS), np.float32)
            arrays[f"{key}.labels"] = labels
            arrays[f"{key}.valid"] = np.ones(labels.shape[1:], bool)
            index.append({
                "split": "train", "id": f"synthetic/{seeds[number]}", "source": "synthetic", "kind": "reflectance",
                "resolution": "high" if gsd <= 2 else "medium", "gsd": gsd, "trust": 1.0, "judged": ["vegetation", "water", "building"],
                "shard": shard, "key": key,
            })
            if len(arrays) == 4 * SHARD_SCENES or number == arguments.count - 1:
                np.savez_compressed(os.path.join(arguments.out, shard), **arrays)
                arrays = {}
    with open(os.path.join(arguments.out, "index.json"), "w") as file:
        json.dump(index, file, indent=0)


if __name__ == "__main__":
    main()
