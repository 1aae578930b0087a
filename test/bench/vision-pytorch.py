"""Seconds for one 512 x 512 chip through the vision encoder in plain PyTorch, with the weights of a checkpoint.

    python3 vision-pytorch.py CHECKPOINT THREADS

The baseline of `spex-chat bench spex-full`: the model code is that of models/train, in float32 on CPU, best of three runs.
"""
import json
import os
import sys
import time

import numpy as np
import torch

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../models/train"))
from vision import VisionModel  # noqa: E402

PREFIX = "model.vision_tower.vision_tower.vision_model."
# What the published code hard-codes (InternImage-L, aggregator, neck).
PUBLISHED = {
    "channels": 160, "depths": [5, 5, 22, 5], "groups": [10, 20, 40, 80], "mlp_ratio": 4.0, "offset_scale": 2.0,
    "aggregator_out": 1024, "aggregator_groupnorm_groups": 16, "neck_out": 256,
}
DTYPES = {"F16": np.float16, "F32": np.float32}


def vision_weights(folder):
    """The tensors below PREFIX, from one file or from shards, without reading the others."""
    names = sorted(name for name in os.listdir(folder) if name.endswith(".safetensors") and not name.startswith("golden"))
    for name in names:
        with open(os.path.join(folder, name), "rb") as file:
            length = int.from_bytes(file.read(8), "little")
            header = json.loads(file.read(length))
            for key, entry in header.items():
                if not key.startswith(PREFIX):
                    continue
                start, end = entry["data_offsets"]
                file.seek(8 + length + start)
                values = np.frombuffer(file.read(end - start), DTYPES[entry["dtype"]]).astype(np.float32)
                yield key[len(PREFIX):], torch.from_numpy(values.reshape(entry["shape"]))


def main():
    folder, threads = sys.argv[1], int(sys.argv[2])
    torch.set_num_threads(threads)
    with open(os.path.join(folder, "config.json")) as file:
        sizes = json.load(file).get("spex", {}).get("vision", PUBLISHED)
    model = VisionModel(sizes).eval()
    model.load_state_dict(dict(vision_weights(folder)))
    pixels = torch.rand(1, 3, 512, 512, generator=torch.Generator().manual_seed(1))
    best = float("inf")
    with torch.no_grad():
        for _ in range(3):
            started = time.perf_counter()
            model(pixels)
            best = min(best, time.perf_counter() - started)
    print(best)


if __name__ == "__main__":
    main()
