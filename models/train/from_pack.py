"""Makes a compact pack trainable again: weights, vision side and tokenizer from its ONNX files.

    python3 from_pack.py --pack ../spex-compact --out work/from-pack

Writes tune.pt (for export.py, and for tune.py --start), vision.pt (for tune.py --vision and pretrain.py --start) and
tokenizer.json. The weights are those of the pack: halves for matrices, of which an export makes the same files again. What
a pack does not hold starts fresh: the two heads of stage (a) (`pretrain.py --heads-only` fits them), and in tune.pt what
inference never reads. Layer scales come back multiplied into the norms before them.
"""
import argparse
import hashlib
import json
import os
import re

import numpy as np
import torch

import settings
from model import UNSTORED, Spex
from pretrain import build
from tokenizer import Tokenizer

FILES = ["vision.onnx", "embed.onnx", "language.onnx", "mask.onnx"]
# As KNOWN_UNUSED in src/convert/convert.ts.
NOT_IN_A_PACK = re.compile(r"\.(iou_prediction_head|output_hypernetworks_mlps\.[1-9]|point_embed|not_a_point_embed|mask_embed)\.")
VISION_SIZES = {
    "trunk": "trunk", "trunk_width": "trunkWidth", "channels": "channels", "depths": "depths", "groups": "groups", "mlp_ratio": "mlpRatio",
    "offset_scale": "offsetScale", "neck_out": "neck", "spectral": "spectral", "fine": "fine", "position_frequencies": "positionFrequencies",
}
# As NORM_EPSILON in src/convert/efficient-net.ts.
NORM_EPSILON = 1e-3
# ONNX's numbers for the two types that weights have.
TYPES = {1: np.float32, 10: np.float16}


def fields(message):
    """(number, value) of every field of a protobuf message; the value is an integer or bytes."""
    at = 0

    def integer():
        nonlocal at
        value, shift = 0, 0
        while True:
            at += 1
            value |= (message[at - 1] & 127) << shift
            if message[at - 1] < 128:
                return value
            shift += 7

    while at < len(message):
        key, value = integer(), integer()
        if key & 7 == 2:
            value, at = message[at : at + value], at + value
        elif key & 7 != 0:
            raise ValueError(f"protobuf field {key >> 3} is neither an integer nor bytes")
        yield key >> 3, value


def read_onnx(path, checksum):
    """{name: float32 array} of the weights in an ONNX file, the constants of its graph left out."""
    with open(path, "rb") as file:
        model = file.read()
    if hashlib.sha256(model).hexdigest() != checksum:
        raise SystemExit(f"{path} is not the file that pack.json tells of.")
    weights = {}
    for graph in (value for number, value in fields(memoryview(model)) if number == 7):
        for tensor in (list(fields(value)) for number, value in fields(graph) if number == 5):
            shape, content = [value for number, value in tensor if number == 1], dict(tensor)
            name = bytes(content[8]).decode()
            if not name.startswith("model."):
                continue
            if content[2] not in TYPES or 9 not in content:
                raise SystemExit(f"{path}: {name} is quantised or lies in another file: only packs with fp16 or fp32 weights in one file")
            weights[name] = np.frombuffer(content[9], TYPES[content[2]]).reshape(shape).astype(np.float32)
    return weights


def checkpoint_weights(stored, shapes, offset_scale):
    """Takes back what src/convert makes of the tensors of a checkpoint. shapes: {name: shape} of the checkpoint."""
    weights = {}
    for name, value in stored.items():
        if "*" in name:  # a norm and the layer scale behind it; only their product is known
            norm, scale = name.split("*")
            weights[norm], weights[scale] = value, np.ones_like(value)
        elif ".offset." in name:  # over the rows of .mask.
            offset, mask = (part[: -len(".rows")] for part in name.split("+"))
            points = len(value) // 3
            weights[offset] = offset_rows(value[: 2 * points], offset_scale, offset.endswith("bias"))
            weights[mask] = mask_rows(value[2 * points :])
        elif ".qkv_proj." in name:
            names = [name.replace("qkv_proj", f"{part}_proj") for part in "qkv"]
            ends = np.cumsum([shapes.get(part, [0])[0] for part in names])
            weights.update(zip(names, np.split(value, ends[:-1])))
        elif name.endswith(".conv.weight.bias"):  # a batch norm, folded into the kernel before it; only the result is known
            norm = name[: -len("conv.weight.bias")] + "norm."
            weights[norm + "bias"], weights[norm + "weight"] = value, np.ones_like(value)
            weights[norm + "running_mean"], weights[norm + "running_var"] = np.zeros_like(value), np.full_like(value, 1 - NORM_EPSILON)
        elif name.endswith((".widened", ".folded")):  # with zeros for more input channels; with the batch norm in it
            name = re.sub(r"(\.folded)?(\.widened)?$", "", name)
            weights[name] = value[:, : shapes.get(name, value.shape)[1]]
        elif re.search(r"\.from\d+$", name):  # a kernel in two parts, the one from 0 first
            name = name.rpartition(".")[0]
            weights[name] = np.concatenate([weights[name], value], 1) if name in weights else value
        else:
            weights[name] = value
    problems = [f"{name} is missing" for name in shapes if name not in weights and not NOT_IN_A_PACK.search(name) and not name.endswith(UNSTORED)]
    problems += [f"{name} is not a weight of this model" for name in weights if name not in shapes]
    problems += [
        f"{name} is {list(value.shape)} and should be {list(shapes[name])}"
        for name, value in weights.items() if name in shapes and value.shape != shapes[name]
    ]
    if problems:
        raise SystemExit(f"This pack does not fit settings.py ({len(problems)} tensors): " + "; ".join(problems[:20]))
    return weights


def vision_sizes(architecture):
    """`spex.vision` of a checkpoint, from the `architecture.vision` of a pack (src/convert/architecture-of.ts the other way)."""
    sizes = {ours: architecture[theirs] for ours, theirs in VISION_SIZES.items() if theirs in architecture}
    aggregator = architecture["aggregator"]
    return {**sizes, "aggregator_out": aggregator["width"], "aggregator_groupnorm_groups": aggregator["normGroups"]}


def offset_rows(rows, scale, shifted):
    """`offsetRows` of deformable-convolution.ts the other way. Rows there: group, row j, column i, (y, x); here: group, i, j, (x, y).
    shifted: what the grid's step lacks is in them (bias). Loses nothing where scale is a power of two.
    """
    step = np.stack(np.meshgrid([-1, 0, 1], [-1, 0, 1], indexing="ij"), -1)[..., None] * (scale - 1) * shifted
    values = (rows.reshape(-1, 3, 3, 2, rows[0].size).astype(np.float64) - step) / scale
    return values.transpose(0, 2, 1, 3, 4)[:, :, :, ::-1].reshape(rows.shape).astype(np.float32)


def mask_rows(rows):
    """`weightRows` of deformable-convolution.ts the other way, which is the same."""
    return rows.reshape(-1, 3, 3, rows[0].size).transpose(0, 2, 1, 3).reshape(rows.shape)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pack", required=True)
    parser.add_argument("--out", required=True)
    arguments = parser.parse_args()
    with open(os.path.join(arguments.pack, "pack.json")) as file:
        pack = json.load(file)
    with open(os.path.join(arguments.pack, "tokenizer.json")) as file:
        vocabulary = json.load(file)
    tokenizer = Tokenizer.load(os.path.join(arguments.pack, "tokenizer.json"))
    specials = {token["content"]: token["id"] for token in vocabulary["added_tokens"]}
    if (tokenizer.ids, tokenizer.special_ids) != (vocabulary["model"]["vocab"], specials):
        raise SystemExit("The tokens of this pack are not those that tokenizer.py makes of its merges.")
    config = settings.compact_config(tokenizer.special_ids, vision_sizes(pack["architecture"]["vision"]))
    config["spex"]["sam"]["foretells_iou"] = "iouHead" in pack["architecture"]["sam"]
    stored = {}
    for name in FILES:
        for key, value in read_onnx(os.path.join(arguments.pack, name), pack["files"][name]).items():
            if not np.array_equal(stored.setdefault(key, value), value):
                raise SystemExit(f"{key} differs between the files of this pack.")
    segmenter = build(1, config["spex"]["vision"], imagenet=False)
    spex = Spex(config)
    shapes = {name: tuple(tensor.shape) for name, tensor in spex.state_dict().items()}
    weights = checkpoint_weights(stored, shapes, config["spex"]["vision"].get("offset_scale"))
    spex.load_state_dict({name: torch.from_numpy(value) for name, value in weights.items()}, strict=False)
    segmenter.vision.load_state_dict(spex.vision.state_dict())
    os.makedirs(arguments.out, exist_ok=True)
    tuned = {"weights": spex.state_dict(), "config": config, "temperature": pack["temperature"], "step": 0}
    torch.save(tuned, os.path.join(arguments.out, "tune.pt"))
    torch.save({"model": segmenter.state_dict(), "step": 0}, os.path.join(arguments.out, "vision.pt"))
    tokenizer.save(os.path.join(arguments.out, "tokenizer.json"))
    print(f"{len(weights)} tensors of {len(shapes)} from {arguments.pack}")


if __name__ == "__main__":
    main()
