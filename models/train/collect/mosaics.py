"""Scenes that are put together from small chips; each function gives (name, image [B, H, W], {target: mask [H, W]}, its first row, split)."""
import io
import os
import re
import xml.etree.ElementTree as Tree

import numpy as np
import rasterio
from rasterio.features import rasterize
from rasterio.warp import transform
from scipy.ndimage import binary_dilation, uniform_filter

from labels import HERE, UNJUDGED

TARGETS = ("vegetation", "water", "building")
# Of the twelve bands of a chip (B01 … B12 without B10), those that the network reads.
SENTINEL_2 = {"blue": 1, "green": 2, "red": 3, "nir": 7, "swir16": 10, "swir22": 11}
CHIP, COLUMNS = 64, 4
# A chip was judged without its surroundings, and its neighbour here is another place: this rim is not judged.
RIM = 2
TOWNS_A_SHEET = 6
SEAS = 150


def european_sheets(rows, read, seed=1):
    """Sentinel-2 L2A chips of 64 x 64, laid out 4 x 4: six towns beside ten fields, forests and waters."""
    weak = np.load(os.path.join(HERE, "european_chips.npz"))
    rng = np.random.default_rng(seed)
    town = [row for row in rows if row["set"] in ("hsg_s2_resid", "hsg_s2_indus")]
    sea = [row for row in rows if row["set"] == "hsg_s2_sea"][:SEAS]
    land = [row for row in rows if row["set"] not in ("hsg_s2_resid", "hsg_s2_indus", "hsg_s2_sea")] + sea
    rng.shuffle(town)
    rng.shuffle(land)
    number, chips = 0, COLUMNS**2
    while len(land) >= chips:
        picked = [town.pop() for _ in range(min(TOWNS_A_SHEET, len(town)))]
        picked += [land.pop() for _ in range(chips - len(picked))]
        rng.shuffle(picked)
        image = np.zeros((len(SENTINEL_2), COLUMNS * CHIP, COLUMNS * CHIP), np.uint16)
        labels = {target: np.full(image.shape[1:], UNJUDGED, np.uint8) for target in TARGETS}
        for place, row in enumerate(picked):
            chip = np.load(io.BytesIO(read(row["image_blob"])))
            top, left = place // COLUMNS * CHIP, place % COLUMNS * CHIP
            image[:, top : top + CHIP, left : left + CHIP] = np.moveaxis(chip[..., list(SENTINEL_2.values())], 2, 0)
            index = int(re.search(r"\[(\d+)\]", row["label_path"])[1])
            for target, mask in labels.items():
                mask[top + RIM : top + CHIP - RIM, left + RIM : left + CHIP - RIM] = weak[target][index][RIM:-RIM, RIM:-RIM]
        yield f"sheet_{number:03d}", image, labels, rows[0], "train"
        number += 1


def polish_cities(rows, read):
    """Cells of 1 km, laid out as the city they were cut from, one scene a city and season; OpenStreetMap drawn as masks."""
    groups, drawn = {}, {}
    for row in rows:
        groups.setdefault(re.search(r"_([a-z]+)/sen2_rgb_([a-z]+)/", row["image_path"]).groups(), []).append(row)
    for (city, season), cells in sorted(groups.items()):
        opened = []
        for row in cells:
            with rasterio.MemoryFile(read(row["image_blob"])) as file, file.open() as scene:
                opened.append((scene.read(), scene.transform, scene.crs, row))
        left, top = min(grid.c for _, grid, _, _ in opened), max(grid.f for _, grid, _, _ in opened)
        places = [(round((top - grid.f) / 10), round((grid.c - left) / 10)) for _, grid, _, _ in opened]
        # a cell has up to 113 pixels a side
        height, width = (max(place[axis] for place in places) + 113 for axis in (0, 1))
        image = np.zeros((3, height, width), np.uint16)
        labels = {target: np.full((height, width), UNJUDGED, np.uint8) for target in TARGETS}
        for (data, grid, crs, row), (y, x) in zip(opened, places):
            seen = data.sum(0) > 0
            # other seasons of a cell have the same map
            if row["label_blob"] not in drawn:
                drawn[row["label_blob"]] = masks_of_map(Tree.fromstring(read(row["label_blob"])), grid, crs, data.shape[1:])
            window = (slice(y, y + seen.shape[0]), slice(x, x + seen.shape[1]))
            image[:, window[0], window[1]][:, seen] = data[:, seen]
            for target, mask in drawn[row["label_blob"]].items():
                labels[target][window][seen] = mask[seen]
        yield f"{city}_{season}", image, labels, cells[0], "train" if city == "lublin" else "val"


def masks_of_map(osm, grid, crs, shape):
    """{target: mask} of an OpenStreetMap extract on a grid of 10 m."""
    points = [(node.get("id"), float(node.get("lon")), float(node.get("lat"))) for node in osm.iter("node")]
    projected = transform("EPSG:4326", crs, [point[1] for point in points], [point[2] for point in points]) if points else ([], [])
    nodes = {point[0]: place for point, place in zip(points, zip(*projected))}
    shapes = {target: [] for target in TARGETS}
    for way in osm.iter("way"):
        kind = cover_of({tag.get("k"): tag.get("v") for tag in way.iter("tag")})
        corners = [nodes[node.get("ref")] for node in way.iter("nd") if node.get("ref") in nodes]
        if kind and len(corners) >= 4:
            shapes[kind].append({"type": "Polygon", "coordinates": [corners]})
    fine, (height, width) = grid * grid.scale(0.2), shape
    share = {
        target: rasterize(drawn, (height * 5, width * 5), transform=fine).reshape(height, 5, width, 5).mean((1, 3)) if drawn else np.zeros(shape)
        for target, drawn in shapes.items()
    }
    roof, green, wet = share["building"], share["vegetation"], share["water"]
    # a pixel of a town: a quarter is roof, or roofs all round it (streets, yards)
    town = (roof > 0.25) | (uniform_filter(roof, 5) > 0.18)
    return {
        "building": np.where(town, 1, np.where(binary_dilation(roof > 0, iterations=3), UNJUDGED, 0)),
        "vegetation": np.where((green > 0.9) & (roof == 0), 1, np.where(roof > 0.6, 0, UNJUDGED)),
        "water": np.where(wet > 0.9, 1, np.where((roof > 0.1) | (green > 0.9), 0, UNJUDGED)),
    }


def cover_of(tags):
    """The target that OpenStreetMap's tags of a way mean, or None (OpenStreetMap wiki, Map features)."""
    if "building" in tags:
        return "building"
    if tags.get("natural") == "water" or "water" in tags or tags.get("waterway") == "riverbank":
        return "water"
    if (
        tags.get("landuse") in ("forest", "grass", "meadow", "allotments", "orchard")
        or tags.get("natural") in ("wood", "scrub", "grassland")
        or tags.get("leisure") == "park"
    ):
        return "vegetation"
    return None
