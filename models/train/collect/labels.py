"""Labels of single pictures, one function a kind: (row of sources.tsv.gz, blob -> bytes) to (image [B, H, W], {target: mask [H, W]}, place).

A mask is 1, 0 or 255 = do not judge. Scenes of one place stand on one side of a split.
"""
import csv
import io
import json
import os
import re
import zipfile

import numpy as np
import rasterio
from PIL import Image
from rasterio.features import rasterize
from rasterio.transform import from_bounds
from scipy import ndimage
from scipy.ndimage import binary_dilation, binary_erosion, median_filter

HERE = os.path.dirname(os.path.abspath(__file__))
UNJUDGED = 255
# Masks that were drawn for this project, by rules, and picked by eye: set/picture.target.png.
DRAWN = zipfile.ZipFile(os.path.join(HERE, "masks.zip"))
DRAWN_NAMES = frozenset(DRAWN.namelist())


def read_raster(data):
    """[bands, H, W] of a GeoTIFF or of a picture that GDAL reads."""
    with rasterio.MemoryFile(data) as file, file.open() as scene:
        return scene.read()


def read_picture(data):
    """[3, H, W] uint8."""
    return np.moveaxis(np.array(Image.open(io.BytesIO(data)).convert("RGB")), 2, 0)


def classes_to_mask(classes, yes, no):
    return np.where(np.isin(classes, yes), 1, np.where(np.isin(classes, no), 0, UNJUDGED)).astype(np.uint8)


def of_whole(mapping, shape):
    """{target: mask} of what a class says of the whole picture: 'water=1;building=0;vegetation=255'."""
    said = re.findall(r"(vegetation|water|building)=(0|1)(?!\d)", mapping)
    return {target: np.full(shape, int(value), np.uint8) for target, value in said}


def drawn(name, target):
    """A mask out of masks.zip, or None."""
    name = f"{name}.{target}.png"
    return np.array(Image.open(io.BytesIO(DRAWN.read(name)))) if name in DRAWN_NAMES else None


def tile_of(name):
    """(left, bottom, right, top) in degrees of a map tile …x-y-z…, and the name of the tile of zoom 18 that holds it (OpenStreetMap wiki, Slippy map tilenames)."""
    x, y, z = (int(n) for n in re.search(r"(\d+)-(\d+)-(\d+)", name).groups())
    def latitude(row):
        return float(np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * row / 2**z)))))
    bounds = x / 2**z * 360 - 180, latitude(y + 1), (x + 1) / 2**z * 360 - 180, latitude(y)
    return bounds, f"{x >> (z - 18)}-{y >> (z - 18)}"


def roofs_of_tiles(row, read):
    """Roofs as polygons (with an unjudged border where they fit only within pixels) or as a mask with 255 = roof."""
    image = read_picture(read(row["image_blob"]))
    bounds, place = tile_of(row["image_path"])
    if row["mapping"].startswith("geojson"):
        features = json.loads(read(row["label_blob"]))["features"]
        shapes = [(f["geometry"], 1) for f in features if f["geometry"] and f["geometry"]["type"].endswith("Polygon")]
        height, width = image.shape[1:]
        mask = rasterize(shapes, (height, width), transform=from_bounds(*bounds, width, height), dtype="uint8")
        border = 6 if "border6" in row["mapping"] else 2
        mask[binary_dilation(mask, iterations=border) & ~binary_erosion(mask, iterations=border, border_value=1)] = UNJUDGED
    else:
        mask = (read_raster(read(row["label_blob"]))[0] == 255).astype(np.uint8)
    mask[image.sum(0) == 0] = UNJUDGED
    return image, {"building": mask}, place


def roofs_of_rio(row, read):
    image, mask = read_raster(read(row["image_blob"]))[:3], read_raster(read(row["label_blob"]))[0]
    mask = (mask[: image.shape[1], : image.shape[2]] > 0).astype(np.uint8)
    mask[image.sum(0) == 0] = UNJUDGED
    return image, {"building": mask}, os.path.basename(row["image_path"])


def uc_merced(row, read):
    """What the class says of the whole picture, or a drawn mask."""
    image, stem = read_picture(read(row["image_blob"])), os.path.basename(row["image_path"])[:-4]
    labels = {}
    for item in row["mapping"].split(";"):
        target, value = item.split("=")
        mask = drawn(f"uc_merced/{stem}", target)
        if mask is not None:
            labels[target] = mask[: image.shape[1], : image.shape[2]]
        elif value in ("0", "1"):
            labels[target] = np.full(image.shape[1:], int(value), np.uint8)
    return image, labels, stem


def us_cities(row, read):
    """Streets and roofs of New York and Philadelphia; masks of water where there is some."""
    image, stem = read_raster(read(row["image_blob"]))[:3], os.path.basename(row["image_path"])[:-4]
    labels = of_whole(row["mapping"], image.shape[1:])
    water = drawn(f"usgs_cities/{stem}", "water")
    if water is not None:
        labels["water"] = water
    return image, labels, f"usgs{stem}"


def eurosat(row, read):
    image = read_picture(read(row["image_blob"]))
    said = row["mapping"].replace("(islands, shores: blue test)", "")
    return image, of_whole(said, image.shape[1:]), f"eurosat{os.path.basename(row['image_path'])}"


def river(row, read):
    """Hand labels at 6 cm, reduced four times: the class of a block of 4 x 4 pixels where it has one."""
    image, classes = read_picture(read(row["image_blob"])), read_raster(read(row["label_blob"]))[0]
    factor = 4
    height, width = (n // factor * factor for n in classes.shape)
    image = image[:, :height, :width].reshape(3, height // factor, factor, width // factor, factor).mean((2, 4)).round().astype(np.uint8)
    blocks = classes[:height, :width].reshape(height // factor, factor, width // factor, factor).transpose(0, 2, 1, 3)
    blocks = blocks.reshape(height // factor, width // factor, -1)
    classes = np.where((blocks == blocks[..., :1]).all(-1), blocks[..., 0], 0)
    labels = {
        "water": classes_to_mask(classes, [1], [2, 3, 4, 5]), "vegetation": classes_to_mask(classes, [3, 4], [1, 2, 5]),
        "building": classes_to_mask(classes, [], [1, 2, 3, 4, 5]),
    }
    return image, labels, "st-marguerite"


def monterey(row, read):
    """Blocky classes: smoothed, and judged 9 pixels inside only."""
    image = read_picture(read(row["image_blob"]))
    classes = median_filter(np.array(Image.open(io.BytesIO(read(row["label_blob"]))).convert("L")), 9)
    def inside(yes, no):
        mask = np.full(classes.shape, UNJUDGED, np.uint8)
        for value, group in ((1, yes), (0, no)):
            mask[binary_erosion(np.isin(classes, group), iterations=9)] = value
        mask[image.sum(0) < 12] = UNJUDGED
        return mask
    labels = {
        "water": inside([1], [3, 4, 6, 7, 8, 9, 10]), "vegetation": inside([3, 6, 9], [1, 10]), "building": inside([], [1, 3, 4, 6, 7, 8, 9, 10]),
    }
    return image, labels, row["image_path"].split("_")[1]


def korean_towns(row, read):
    """Houses and the roads among them are built-up; single farms are not marked, so the ring round them is not judged."""
    image, classes = read_raster(read(row["image_blob"]))[:3], read_raster(read(row["label_blob"]))[0]
    houses, roads = classes == 10, classes == 30
    town = ndimage.binary_opening(binary_dilation(houses | roads)) & binary_dilation(houses, iterations=3)
    built = np.full(classes.shape, UNJUDGED, np.uint8)
    built[~binary_dilation(houses | roads, iterations=2)] = 0
    built[town & binary_dilation(houses)] = 1
    forest = binary_erosion(classes == 70)
    green = np.where(forest, 1, UNJUDGED).astype(np.uint8)
    water = np.where(forest | binary_erosion(classes == 50), 0, UNJUDGED).astype(np.uint8)
    for mask in (built, green, water):
        mask[image.sum(0) == 0] = UNJUDGED
    return image, {"building": built, "vegetation": green, "water": water}, "goheung" + re.search(r"_(\d+)\.tif", row["image_path"])[1]


def no_building(row, read):
    image = read_raster(read(row["image_blob"]))[:3]
    return image, {"building": np.where(image.sum(0) > 0, 0, UNJUDGED).astype(np.uint8)}, os.path.basename(row["image_path"])[:-4]


class CalifornianTrees:
    """Vegetation where the NDVI reaches that of most hand-marked trees of the city and year; not where it is clearly below."""

    CLEARLY_BELOW = 0.12

    def __init__(self, rows, read):
        of_trees = {}
        for row in rows:
            ndvi = self._ndvi(read_raster(read(row["image_blob"])))
            marked = csv.DictReader(io.StringIO(read(row["label_blob"]).decode())) if row["label_blob"] != "-" else []
            height, width = ndvi.shape
            of_trees.setdefault(self._city_and_year(row), []).extend(
                ndvi[min(int(float(tree["y"])), height - 1), min(int(float(tree["x"])), width - 1)] for tree in marked
            )
        self.least = {name: float(np.clip(np.percentile(found, 20), 0.1, 0.35)) if len(found) > 20 else 0.2 for name, found in of_trees.items()}

    def __call__(self, row, read):
        image = read_raster(read(row["image_blob"]))
        ndvi, least = self._ndvi(image), self.least[self._city_and_year(row)]
        mask = np.where(ndvi > least, 1, np.where(ndvi < least - self.CLEARLY_BELOW, 0, UNJUDGED)).astype(np.uint8)
        return image, {"vegetation": mask}, re.sub(r"_\d{4}_", "_", os.path.basename(row["image_path"])[:-4])

    @staticmethod
    def _ndvi(image):
        red, nir = image[0].astype(np.float32), image[3].astype(np.float32)
        return ndimage.uniform_filter((nir - red) / np.maximum(nir + red, 1), 3)

    @staticmethod
    def _city_and_year(row):
        return row["image_path"].rsplit("_", 1)[0]
