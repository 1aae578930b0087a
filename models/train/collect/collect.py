"""Collects labelled scenes out of public repositories, into the form of `dataset.json` that pack_data.py reads.

    python3 collect/collect.py --mirrors work/mirrors --out work/collected --fetch

About 4,900 scenes, 700 MB. sources.tsv.gz names every file by repository and id of its git blob: --fetch brings these blobs and
nothing else from GitHub; without it they must lie in --mirrors (a `git clone --mirror` a repository). Writes
<set>/<stem>.tif, <set>/<stem>.<target>.tif and dataset.json.
"""
import argparse
import csv
import gzip
import hashlib
import json
import os
import re
import warnings
from collections import Counter
from functools import partial

import numpy as np
import rasterio

import labels as kinds
from mirrors import Mirrors
from mosaics import SENTINEL_2, european_sheets, polish_cities

warnings.filterwarnings("ignore", category=rasterio.errors.NotGeoreferencedWarning)
RGBN = ("red", "green", "blue", "nir")
VAL_SHARE = 0.15
DRONE, AEROPLANE = "drone RGB, 8 bit", "aerial RGB, 8 bit"
# set in sources.tsv.gz -> (folder, kind of label, sensor, pixel size in metres or None = as given there, trust)
SETS = {
    "fair_train2_zanzibar": ("fair_train2", kinds.roofs_of_tiles, DRONE, None, "high"),
    "fair_train2_catanduanes": ("fair_train2", kinds.roofs_of_tiles, DRONE, None, "high"),
    "fair_train2_nairobi": ("fair_train2", kinds.roofs_of_tiles, AEROPLANE, None, "high"),
    "fair_train2_banepa": ("fair_train2", kinds.roofs_of_tiles, DRONE, None, "medium"),
    "fair_models_banepa": ("fair_banepa", kinds.roofs_of_tiles, DRONE, None, "high"),
    "ucm_weak": ("uc_merced", kinds.uc_merced, AEROPLANE, None, "medium"),
    "riverscape": ("riverscape", kinds.river, DRONE, 0.25, "high"),
    "spacenet1_rio": ("spacenet1_rio", kinds.roofs_of_rio, "WorldView-2 RGB, 8 bit", None, "high"),
    "usgs_monterey": ("usgs_monterey", kinds.monterey, DRONE, 0.1, "medium"),
    "goheung_s2": ("goheung_s2", kinds.korean_towns, "Sentinel-2 RGB, stretched to 8 bit", None, "medium"),
    "naip_ca_new_place": ("naip_california_more", kinds.CalifornianTrees, "NAIP aerial, 8 bit", None, "medium"),
    "neon_extra": ("neon_more", kinds.no_building, "NEON camera RGB, 8 bit", None, "medium"),
    "rsvqa_hr_usgs": ("usgs_cities", kinds.us_cities, AEROPLANE, None, "high"),
    **{
        f"eurosat_rgb_{cover}": ("eurosat_rgb", kinds.eurosat, "Sentinel-2 L1C RGB, stretched to 8 bit", None, "medium")
        for cover in ("sealake", "forest", "pasture", "annualcrop", "permanentcrop", "herbaceousvegetation")
    },
}
# beginning of a set -> (folder, function, bands, sensor, note)
MOSAICS = {
    "hsg_s2_": ("hsg_s2", european_sheets, list(SENTINEL_2), "Sentinel-2 L2A", "16 chips of different places laid side by side"),
    "so2satpop_": ("so2satpop", polish_cities, list(RGBN[:3]), "Sentinel-2 L1C, RGB only", "1 km cells laid out by their coordinates; gaps are 0"),
}


def side_of(place):
    """'val' or 'train', the same for every scene of a place."""
    return "val" if int(hashlib.sha1(place.encode()).hexdigest(), 16) % 1000 < VAL_SHARE * 1000 else "train"


class Writer:
    """Writes scenes and their masks into a folder, and what they are into dataset.json."""

    def __init__(self, out):
        self.out, self.scenes = out, []

    def add(self, folder, stem, image, labels, row, **entry):
        os.makedirs(os.path.join(self.out, folder), exist_ok=True)
        self._write(f"{folder}/{stem}.tif", image, predictor=2, interleave="pixel", **({"photometric": "RGB"} if image.dtype == np.uint8 else {}))
        for target, mask in labels.items():
            self._write(f"{folder}/{stem}.{target}.tif", mask[None].astype(np.uint8))
        self.scenes.append({
            "id": f"{folder}/{stem}", "image": f"{folder}/{stem}.tif", "labels": {target: f"{folder}/{stem}.{target}.tif" for target in labels},
            "resolution": "high" if entry["gsd_m"] <= 2 else "medium", "training": True, "licence": row["licence"], "source": repository_of(row), **entry,
        })

    def end(self):
        with open(os.path.join(self.out, "dataset.json"), "w") as file:
            json.dump({"scenes": self.scenes, "chips": []}, file, indent=1)

    def _write(self, name, data, **options):
        count, height, width = data.shape
        with rasterio.open(
            os.path.join(self.out, name), "w", driver="GTiff", count=count, height=height, width=width, dtype=data.dtype, compress="deflate", zlevel=9, **options
        ) as file:
            file.write(data)


def repository_of(row):
    """'owner/name', without the remark where in its history a set stands."""
    return row["repo"].split(" ")[0]


def read_sources(only):
    with gzip.open(os.path.join(kinds.HERE, "sources.tsv.gz"), "rt") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    used = [row for row in rows if row["set"] in SETS or row["set"].startswith(tuple(MOSAICS))]
    return [row for row in used if not only or row["set"] in only]


def add_pictures(rows, read_of, writer):
    trees = [row for row in rows if row["set"] == "naip_ca_new_place"]
    readers = {kinds.CalifornianTrees: kinds.CalifornianTrees(trees, read_of(trees[0]))} if trees else {}
    seen = set()
    for row in rows:
        folder, kind, sensor, metres, trust = SETS[row["set"]]
        image, labels, place = readers.get(kind, kind)(row, read_of(row))
        if kind is kinds.CalifornianTrees:
            # one date a place
            if place in seen:
                continue
            seen.add(place)
        labels = {target: mask for target, mask in labels.items() if (mask != kinds.UNJUDGED).any()}
        if labels:
            stem = re.sub(r"[^A-Za-z0-9_-]", "_", os.path.splitext(os.path.basename(row["image_path"]))[0])
            writer.add(
                folder, stem, image, labels, row, bands=list(RGBN[: image.shape[0]]), sensor=sensor, reflectance=None,
                gsd_m=metres or float(row["gsd_m"]), label_trust=trust, note="", split=side_of(f"{folder}/{place}"),
            )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mirrors", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--fetch", action="store_true", help="bring what is missing from GitHub first")
    parser.add_argument("--only", nargs="*", help="names of sets in sources.tsv.gz")
    arguments = parser.parse_args()
    rows, mirrors, writer = read_sources(arguments.only), Mirrors(arguments.mirrors), Writer(arguments.out)
    if arguments.fetch:
        wanted = {}
        for row in rows:
            wanted.setdefault(repository_of(row), set()).update(blob for blob in (row["image_blob"], row["label_blob"]) if blob != "-")
        for repository, blobs in sorted(wanted.items()):
            mirrors.fetch(repository, blobs)
    def read_of(row):
        return partial(mirrors.read, repository_of(row))
    add_pictures([row for row in rows if row["set"] in SETS], read_of, writer)
    for beginning, (folder, build, bands, sensor, note) in MOSAICS.items():
        chips = [row for row in rows if row["set"].startswith(beginning)]
        for name, image, labels, row, split in build(chips, read_of(chips[0])) if chips else ():
            writer.add(
                folder, name, image, labels, row, bands=bands, sensor=sensor, reflectance={"scale": 0.0001, "offset": 0}, gsd_m=10,
                label_trust="medium", note=note, split=split,
            )
    writer.end()
    mirrors.close()
    for (folder, split), count in sorted(Counter((scene["id"].split("/")[0], scene["split"]) for scene in writer.scenes).items()):
        print(f"{folder}: {count} {split}")


if __name__ == "__main__":
    main()
