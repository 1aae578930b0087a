"""Writes a checkpoint folder in the published naming, and golden tensors of one chip to test a conversion against.

    python3 export.py --weights work/tune.pt --tokenizer work/tokenizer.json --out work/checkpoint [--parts] [--random SEED [--config FILE]]
"""
import argparse
import json
import os
import random

import numpy as np
import torch

import settings
import wording
from model import UNSTORED, Spex, count_parameters
from safetensors_io import write_checkpoint_weights, write_safetensors
from tokenizer import Tokenizer

PART_BYTES = 15 * 2**20
LICENCE = "CC-BY-SA-4.0"
# A scene's threshold is half the F1 that its own probabilities promise (src/spex/mask-threshold.ts), no less than this.
LEAST_THRESHOLD = 0.05


def pack_fields(tokenizer, temperature, measured):
    """What `spex-chat convert` copies into pack.json (../README.md)."""
    return {
        "name": "spex-compact",
        "version": "2.0.0",
        "licence": LICENCE,
        "input": {
            "chip": settings.CHIP, "bands": settings.BANDS, "values": "any", "mean": settings.MEAN, "std": settings.STD,
        },
        "targets": list(wording.TARGETS),
        "prompt": {
            "version": "spie-2",
            "chatTemplate": (
                f"<|im_start|>system\n{wording.SYSTEM}<|im_end|>\n<|im_start|>user\n{{TEXT}}<|im_end|>\n<|im_start|>assistant\n"
            ),
            "questions": {
                target: "<image>\n" + wording.CANONICAL.format(words=wording.CANONICAL_WORDS[target][0])
                for target in wording.TARGETS
            },
        },
        "eos": [tokenizer.special_ids["<|im_end|>"], tokenizer.special_ids["<|endoftext|>"]],
        "explanation": "from-mask",
        "maxNewTokens": 96,
        "temperature": temperature,
        "threshold": {"least": LEAST_THRESHOLD},
        "measured": measured,
    }


def export_checkpoint(spex, tokenizer, folder, temperature=1.0, measured=None, parts=False, golden_seed=7):
    """Writes config, weights, tokenizer, generation config and golden.safetensors into `folder`."""
    os.makedirs(folder, exist_ok=True)
    spex = spex.to("cpu").eval()
    config = json.loads(json.dumps(spex.config))
    config["spex"]["pack"] = pack_fields(tokenizer, temperature, measured or {})
    tokenizer.save(os.path.join(folder, "tokenizer.json"))
    with open(os.path.join(folder, "config.json"), "w") as file:
        json.dump(config, file, indent=1)
    with open(os.path.join(folder, "generation_config.json"), "w") as file:
        json.dump(
            {"eos_token_id": config["spex"]["pack"]["eos"], "pad_token_id": config["pad_token_id"], "do_sample": False, "max_new_tokens": 96},
            file, indent=1,
        )
    weights = {name: tensor.detach().numpy().astype(np.float32) for name, tensor in spex.state_dict().items() if not name.endswith(UNSTORED)}
    write_checkpoint_weights(folder, weights, PART_BYTES if parts else None)
    write_safetensors(os.path.join(folder, "golden.safetensors"), golden(spex, tokenizer, golden_seed, config["spex"]["pack"]["eos"]))
    print(f"{folder}: {count_parameters(spex) / 1e6:.2f} M parameters")


@torch.no_grad()
def golden(spex, tokenizer, seed, eos):
    """One chip through the whole model. Names and shapes are in README.md; `input_ids` has -200 at the image."""
    generator = torch.Generator().manual_seed(seed)
    bands = len(settings.BANDS)
    side = 128 if spex.config["hidden_size"] > 64 else 64
    pixels = torch.rand(1, bands, side, side, generator=generator) * 0.1
    pixels += torch.nn.functional.interpolate(torch.rand(1, bands, 5, 5, generator=generator), size=(side, side), mode="bilinear") * 0.5
    present = torch.tensor([[1.0, 1, 1, 1, 0, 0]])
    pixels = pixels * present[:, :, None, None]
    # a strip without data, as at the edge of a scene
    pixels[..., -9:] = 0
    tokens, mask_features, fine_features = spex.vision(pixels, present)
    projected = spex.project(tokens)
    attributes = "[{'Size of area': 'medium', 'Centroid': [0.314, 0.662], 'Location': 'bottom-left', 'Bounding box': [[0.208, 0.571], [0.417, 0.548], [0.433, 0.749], [0.221, 0.772]]}]"
    before, after = wording.chat_chunks(wording.canonical("water", attributes))
    first, second = tokenizer.encode(before), tokenizer.encode(after)
    embed = spex.model.embed_tokens
    prefix = torch.cat([embed(torch.tensor([first])), projected, embed(torch.tensor([second]))], 1)
    prefill, _ = spex.model(prefix)
    ids, states = spex.generate(prefix, eos, 24)
    low, fine_weights, foretold = spex.low_resolution_logits(mask_features, states)
    tensors = {
        "pixels": pixels, "band_present": present, "vision_tokens": tokens, "mask_features": mask_features,
        "fine_features": fine_features, "projected": projected, "inputs_embeds": prefix, "prefill_last_hidden": prefill,
        "mask_prompt_hidden": states, "lowres_logits": low, "fine_weights": fine_weights,
        "foretold_iou": foretold.sigmoid(), "mask_logits": spex.mask_logits(mask_features, fine_features, states),
    }
    tensors = {name: tensor.numpy().astype(np.float32) for name, tensor in tensors.items() if tensor is not None}
    tensors["input_ids"] = np.array([first + [-200] + second], dtype=np.int64)
    tensors["generated_ids"] = np.array([ids], dtype=np.int64)
    return tensors


def randomise(spex, seed):
    """Random weights of a size at which every part matters (offsets, layer scales and norms included)."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in spex.named_parameters():
            if parameter.ndim < 2:
                parameter.add_(torch.randn(parameter.shape, generator=generator) * 0.1)
            elif parameter.abs().max() == 0:
                parameter.add_(torch.randn(parameter.shape, generator=generator) * 0.3)
        if spex.vision.pretrained:
            settle(spex.vision, generator)
        for number, (mean, std) in enumerate(zip(settings.MEAN, settings.STD)):
            spex.vision.spectral.mean[number] = mean
            spex.vision.spectral.std[number] = std
    return spex


def settle(vision, generator):
    """Batch norms see one batch, so that every channel of a random trunk is alive, and not all of them alike."""
    norms = [module for module in vision.modules() if isinstance(module, torch.nn.BatchNorm2d)]
    for norm in norms:
        norm.momentum = 1.0
    vision.train()
    vision(torch.rand(4, len(settings.BANDS), 64, 64, generator=generator), torch.ones(4, len(settings.BANDS)))
    vision.eval()
    for norm in norms:
        norm.running_var *= torch.rand(norm.running_var.shape, generator=generator) + 0.5


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", help="a .pt of tune.py or pretrain.py")
    parser.add_argument("--tokenizer", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--parts", action="store_true", help="weights in files of at most 15 MiB")
    parser.add_argument("--random", type=int, metavar="SEED", help="random weights instead, to test a converter")
    parser.add_argument("--config", help="with --random: config.json of the sizes, instead of the compact ones")
    arguments = parser.parse_args()
    tokenizer = Tokenizer.load(arguments.tokenizer)
    torch.manual_seed(arguments.random or 0)
    random.seed(arguments.random or 0)
    if arguments.random is not None:
        if arguments.config:
            with open(arguments.config) as file:
                config = json.load(file)
        else:
            config = settings.compact_config(tokenizer.special_ids)
        spex = randomise(Spex(config), arguments.random)
        export_checkpoint(spex, tokenizer, arguments.out, parts=arguments.parts)
        return
    saved = torch.load(arguments.weights, map_location="cpu")
    spex = Spex(saved["config"])
    spex.load_state_dict(saved["weights"])
    export_checkpoint(spex, tokenizer, arguments.out, saved.get("temperature", 1.0), saved.get("measured"), arguments.parts)


if __name__ == "__main__":
    main()
