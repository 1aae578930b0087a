"""Reads and writes safetensors files (https://github.com/huggingface/safetensors: 8 bytes header length, JSON, raw data)."""
import json
import os
import struct

import numpy as np

_DTYPES = {"F64": np.float64, "F32": np.float32, "F16": np.float16, "I64": np.int64, "I32": np.int32, "U8": np.uint8}
_NAMES = {np.dtype(value): key for key, value in _DTYPES.items()}


def read_safetensors(path):
    """Returns {name: numpy array}. Raises ValueError for a dtype outside F64, F32, F16, I64, I32, U8."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = file.read()
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        if entry["dtype"] not in _DTYPES:
            raise ValueError(f"{path}: tensor {name} has unsupported dtype {entry['dtype']}")
        start, end = entry["data_offsets"]
        tensors[name] = np.frombuffer(data[start:end], dtype=_DTYPES[entry["dtype"]]).reshape(entry["shape"]).copy()
    return tensors


def write_safetensors(path, tensors, metadata=None):
    """Writes {name: numpy array}; names in sorted order, so equal tensors give equal bytes."""
    header = {"__metadata__": metadata or {"format": "pt"}}
    offset = 0
    arrays = []
    for name in sorted(tensors):
        # asarray, not ascontiguousarray: the latter turns a scalar into a vector
        array = np.asarray(tensors[name], order="C")
        header[name] = {
            "dtype": _NAMES[array.dtype],
            "shape": list(array.shape),
            "data_offsets": [offset, offset + array.nbytes],
        }
        offset += array.nbytes
        arrays.append(array)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    temporary = f"{path}.part"
    with open(temporary, "wb") as file:
        file.write(struct.pack("<Q", len(text)))
        file.write(text)
        for array in arrays:
            file.write(array.tobytes())
    os.replace(temporary, path)


def write_checkpoint_weights(folder, tensors, part_bytes=None):
    """`model.safetensors`, or with `part_bytes` several parts with Hugging Face's `model.safetensors.index.json`."""
    if part_bytes is None:
        write_safetensors(os.path.join(folder, "model.safetensors"), tensors)
        return
    parts, size = [{}], 0
    for name in sorted(tensors):
        if parts[-1] and size + tensors[name].nbytes > part_bytes:
            parts.append({})
            size = 0
        parts[-1][name] = tensors[name]
        size += tensors[name].nbytes
    weight_map = {}
    for index, part in enumerate(parts, start=1):
        name = f"model-{index:05d}-of-{len(parts):05d}.safetensors"
        write_safetensors(os.path.join(folder, name), part)
        weight_map.update({key: name for key in part})
    total = sum(tensor.nbytes for tensor in tensors.values())
    with open(os.path.join(folder, "model.safetensors.index.json"), "w") as file:
        json.dump({"metadata": {"total_size": total}, "weight_map": weight_map}, file, indent=1)
