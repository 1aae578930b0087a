"""Reads the shards of pack_data.py and synthesise.py into memory."""
import json
import os

import numpy as np


def load_scenes(folders, split, limit_per_source=None):
    """List of dicts: the index entry plus `image` [6, H, W] (uint8 or float16), `present`, `labels`, `valid`."""
    scenes, counts = [], {}
    for folder in folders:
        with open(os.path.join(folder, "index.json")) as file:
            index = json.load(file)
        opened, name = None, None
        for entry in index:
            if entry["split"] != split:
                continue
            counts[entry["source"]] = counts.get(entry["source"], 0) + 1
            if limit_per_source and counts[entry["source"]] > limit_per_source:
                continue
            if entry["shard"] != name:
                name = entry["shard"]
                opened = np.load(os.path.join(folder, name))
            scenes.append({**entry, **{part: opened[f"{entry['key']}.{part}"] for part in ("image", "present", "labels", "valid")}})
    return scenes


def as_float(image):
    """Values as the network reads them: display values 0-255 become 0-1."""
    return image.astype(np.float32) / 255 if image.dtype == np.uint8 else image.astype(np.float32)
