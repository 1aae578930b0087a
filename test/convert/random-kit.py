"""Writes a parity kit of random sizes and weights, computed by the PyTorch modules of models/train.

    python3 random-kit.py SEED OUT

The layout is that of the kits in test/fixtures/parity: `spex-chat parity OUT` runs it. Sizes, storage (half floats, bfloat16,
shards), the form of the tokenizer and the head are drawn by SEED, so that many kits cover many checkpoints.
"""
import json
import os
import random
import struct
import sys

import numpy as np
import torch
import torch.nn.functional as F

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../../models/train"))
import settings  # noqa: E402
import tokenizer as bpe  # noqa: E402
from export import export_checkpoint, randomise  # noqa: E402
from language import Qwen2  # noqa: E402
from mask_decoder import MaskDecoder, PromptEncoder, TextNeck  # noqa: E402
from model import Spex  # noqa: E402
from safetensors_io import write_safetensors  # noqa: E402
from vision import DeformableConv, VisionModel  # noqa: E402

TINY = os.path.join(HERE, "../fixtures/parity/spex-tiny")
MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
IMAGE = -200
PENALTY = 1.1


def main():
    seed, out = int(sys.argv[1]), sys.argv[2]
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    draw = random.Random(seed)
    os.makedirs(out, exist_ok=True)
    with torch.no_grad():
        parts = {
            "dcnv3": deformable_part(draw, folder(out, "dcnv3")),
            "vision": vision_part(draw, folder(out, "vision")),
            "maskdecoder": mask_part(draw, folder(out, "maskdecoder")),
            "qwen2": language_part(draw, folder(out, "qwen2")),
            **whole_part(draw, folder(out, "spex-tiny")),
            "pretrained": pretrained_part(draw, folder(out, "pretrained")),
        }
    write_json(out, "kit.json", {"format": 1, "parts": parts})


def deformable_part(draw, out):
    files = []
    for case in range(4):
        groups = draw.choice([1, 2, 3, 5, 7])
        width = groups * draw.choice([1, 2, 3, 8, 11])
        scale = draw.choice([0.5, 1.0, 1.75, 2.0, 3.0])
        layer = randomised(DeformableConv(width, groups, scale), 0.6)
        x = torch.randn(draw.choice([1, 2]), draw.randint(1, 9), draw.randint(1, 13), width)
        cores = []
        hook = layer.output_proj.register_forward_pre_hook(lambda _, inputs: cores.append(inputs[0]))
        output = layer(x)
        hook.remove()
        tensors = {f"params.{name}": value for name, value in layer.state_dict().items()}
        tensors.update(input=x, core=cores[0], output=output)
        metadata = {"channels": str(width), "group": str(groups), "offset_scale": str(scale)}
        write_safetensors(os.path.join(out, f"case{case}.safetensors"), arrays(tensors), metadata)
        files.append(f"dcnv3/case{case}.safetensors")
    return {
        "files": files, "input": "input", "parameters": "params.*", "configuration": "safetensors metadata",
        "compare": {"core": 5e-5, "output": 5e-5},
    }


def vision_sizes(draw):
    channels = draw.choice([6, 10, 12, 20])
    norm_groups = draw.choice([1, 3, 4, 7])
    return {
        "channels": channels,
        "depths": [draw.randint(0, 2), draw.randint(0, 2), draw.randint(1, 3), draw.randint(0, 2)],
        # any divisors of the widths
        "groups": [draw.choice([g for g in range(1, width + 1) if width % g == 0]) for width in (channels * 2**l for l in range(4))],
        "mlp_ratio": draw.choice([1.0, 2.5, 4.0]),
        "offset_scale": draw.choice([0.75, 1.0, 2.0, 2.5]),
        "aggregator_in": 15 * channels,
        "aggregator_out": norm_groups * draw.choice([4, 9, 16]),
        "aggregator_groupnorm_groups": norm_groups,
        "neck_out": 0,
    }


def vision_part(draw, out):
    sizes = {**vision_sizes(draw), "neck_out": draw.choice([8, 22, 36])}
    model = randomised(VisionModel(sizes), 0.3)
    write_safetensors(os.path.join(out, "params.safetensors"), arrays({f"vision_model.{k}": v for k, v in model.state_dict().items()}))
    files = []
    # Strided convolutions round up: sides need not be multiples of 32.
    for height, width in ((64, 64), (draw.randint(33, 90), draw.randint(33, 90))):
        pixels = torch.randn(1, 3, height, width)
        levels = []
        hooks = [level.register_forward_hook(lambda _, __, result: levels.append(result[0])) for level in model.levels]
        tokens, mask_features, _ = model(pixels)
        for hook in hooks:
            hook.remove()
        tensors = {"pixel_values": pixels, "tokens": tokens, "sam_feature": mask_features}
        tensors.update({f"level{i}": level for i, level in enumerate(levels)})
        name = f"{height}x{width}.safetensors"
        write_safetensors(os.path.join(out, name), arrays(tensors))
        files.append(f"vision/{name}")
    configuration = {
        "channels": sizes["channels"], "depths": sizes["depths"], "groups": sizes["groups"], "mlp_ratio": sizes["mlp_ratio"],
        "offset_scale": sizes["offset_scale"], "neck": [sizes["aggregator_out"], sizes["neck_out"]],
        "aggregator_norm_groups": sizes["aggregator_groupnorm_groups"],
    }
    compare = {**{f"level{i}": 1e-3 for i in range(4)}, "tokens": 5e-4, "sam_feature": 5e-4}
    return {
        "files": files, "parameters": "vision/params.safetensors", "configuration": configuration, "input": "pixel_values",
        "compare": compare,
    }


def pretrained_part(draw, out):
    """A checkpoint with the compact options behind a trunk of the pretrained kind, as the recipe exports it."""
    sam = sam_sizes(draw)
    channels, norm_groups = draw.choice([3, 6, 16]), draw.choice([1, 3, 4])
    tokenizer = bpe.Tokenizer([])
    language = {**language_sizes(draw), "vocab_size": len(tokenizer.ids) + 3 + draw.choice([0, 7])}
    vision = {
        "trunk": draw.choice(["efficientnet-lite0", "efficientnet-lite1", "efficientnet-lite2"]), "trunk_width": draw.choice([0.02, 0.1, 0.3]),
        "aggregator_out": norm_groups * draw.choice([4, 9, 16]), "aggregator_groupnorm_groups": norm_groups, "neck_out": sam["hidden_size"],
        "spectral": {"bands": settings.BANDS, "ratios": True}, "position_frequencies": draw.choice([1, 4]),
        "fine": {"width": draw.choice([5, 24]), "half": draw.choice([7, 16]), "channels": channels},
    }
    config = {
        **language, "hidden_act": "silu", "model_type": "llava_qwen", "mm_projector_type": "mlp2x_gelu", "max_position_embeddings": 4096,
        "tie_word_embeddings": True, "eos_token_id": tokenizer.special_ids["<|im_end|>"], "pad_token_id": tokenizer.special_ids["<|endoftext|>"],
        "spex": {"vision": vision, "lan_neck": neck_sizes(draw, sam["hidden_size"]), "sam": {**sam, "fine_channels": channels, "foretells_iou": True}},
    }
    export_checkpoint(randomise(Spex(config), draw.randrange(1000)), tokenizer, out)
    floats = {name: 5e-4 for name in ("projected", "mask_features", "fine_features", "mask_prompt_hidden", "mask_logits", "foretold_iou")}
    return {"checkpoint": "pretrained", "files": ["pretrained/golden.safetensors"], "compare": {**floats, "generated_ids": "exact"}}


def sam_sizes(draw):
    downsample = draw.choice([1, 2, 4])
    heads = draw.choice([1, 2, 3])
    return {
        # eighths are the channels of the upscaled map, and heads must divide what is left after the down-sampling
        "hidden_size": 8 * heads * downsample * draw.choice([1, 2]),
        "num_attention_heads": heads,
        "mlp_dim": draw.choice([20, 64]),
        "num_hidden_layers": draw.choice([1, 2, 3]),
        "attention_downsample_rate": downsample,
        "num_multimask_outputs": draw.choice([1, 3]),
        "iou_head_hidden_dim": 16,
        "mask_input_channels": 8,
    }


def neck_sizes(draw, width):
    return {"num_seq": draw.choice([1, 2, 3, 4, 5, 8]), "widths": [draw.choice([40, 96]), draw.choice([24, 50]), width]}


class MaskStage(torch.nn.Module):
    def __init__(self, hidden, neck, sam):
        super().__init__()
        self.lan_neck = TextNeck(hidden, neck)
        self.sampromptencoder = PromptEncoder(sam)
        self.mask_decoder = MaskDecoder(sam)

    def forward(self, features, states):
        sparse = self.lan_neck(states)
        position = self.sampromptencoder.image_position(features.shape[-1])
        dense = self.sampromptencoder.no_mask_embed.weight.reshape(1, -1, 1, 1)
        low, *_ = self.mask_decoder(features + dense, position, sparse)
        return sparse, position, low


def mask_part(draw, out):
    sam = sam_sizes(draw)
    hidden = draw.choice([20, 48])
    neck = neck_sizes(draw, sam["hidden_size"])
    stage = randomised(MaskStage(hidden, neck, sam), 0.3)
    write_safetensors(os.path.join(out, "params.safetensors"), arrays(stage.state_dict()))
    files = []
    for side, length in ((3, 1), (4, 6), (5, draw.randint(2, 90))):
        for _ in range(50):
            features, states = torch.randn(1, sam["hidden_size"], side, side), torch.randn(1, length, hidden)
            sparse, position, low = stage(features, states)
            if low.abs().min() > 1e-4:
                break
        tensors = {
            "sam_feature": features, "hidden_states": states[None], "sparse": sparse, "image_pe": position,
            **masks(low, 16 * side),
        }
        name = f"map{side}_len{length}.safetensors"
        write_safetensors(os.path.join(out, name), arrays(tensors))
        files.append(f"maskdecoder/{name}")
    configuration = {
        "width": sam["hidden_size"], "heads": sam["num_attention_heads"], "layers": sam["num_hidden_layers"],
        "mlp": sam["mlp_dim"], "downsample": sam["attention_downsample_rate"], "pooled_tokens": neck["num_seq"],
    }
    compare = {name: 5e-5 for name in ("sparse", "image_pe", "lowres_logits", "logits_full")}
    return {
        "files": files, "parameters": "maskdecoder/params.safetensors", "configuration": configuration,
        "input": ["sam_feature", "hidden_states"], "compare": {**compare, "mask_published": 1e-4},
    }


def masks(low, side):
    """The published mask (thresholded, then resized) and the logits resized first."""
    def resized(x):
        return F.interpolate(x, size=(side, side), mode="bilinear", align_corners=False)[0]

    return {"lowres_logits": low[None], "mask_published": resized((low > 0).float()), "logits_full": resized(low)}


def language_sizes(draw):
    kv = draw.choice([1, 2, 3])
    heads = kv * draw.choice([1, 2, 3])
    head = draw.choice([2, 6, 8, 10, 14, 16, 18, 20, 24, 30, 34])
    return {
        "hidden_size": heads * head, "num_attention_heads": heads, "num_key_value_heads": kv,
        "num_hidden_layers": draw.choice([1, 3]), "intermediate_size": draw.choice([30, 57, 128]),
        "rms_norm_eps": draw.choice([1e-6, 1e-5]), "rope_theta": draw.choice([1e4, 1e6]), "vocab_size": draw.choice([97, 300]),
    }


def greedy(model, head, embeddings, steps, eos=(), penalty=1.0):
    """(ids, logits of each step, states that made them): as Hugging Face's generate from embeddings."""
    hidden, cache = model(embeddings)
    ids, logits, states = [], [], []
    while True:
        states.append(hidden[0, -1])
        row = hidden[0, -1] @ head.t()
        logits.append(row)
        chosen = row.clone()
        for i in set(ids):
            chosen[i] = row[i] / penalty if row[i] > 0 else row[i] * penalty
        ids.append(int(chosen.argmax()))
        if len(ids) == steps or ids[-1] in eos:
            return ids, torch.stack(logits), torch.stack(states)
        hidden, cache = model(model.embed_tokens(torch.tensor([[ids[-1]]])), cache)


def language_part(draw, out):
    models = []
    for name, tied in (("tied", True), ("untied", False)):
        sizes = language_sizes(draw)
        model = randomised(Qwen2(sizes), 0.25)
        model.embed_tokens.weight.copy_(torch.randn_like(model.embed_tokens.weight) * 0.7)
        head = model.embed_tokens.weight if tied else torch.randn(sizes["vocab_size"], sizes["hidden_size"]) * 0.5
        embeddings = torch.randn(1, draw.choice([1, 9, 70]), sizes["hidden_size"])
        hidden, _ = model(embeddings)
        steps = 12
        ids, logits, states = greedy(model, head, embeddings, steps)
        early = ids[:1] if len(set(ids)) == 1 else [next(i for n, i in enumerate(ids) if n > 0 and i not in ids[:n])]
        tensors = {
            "inputs_embeds": embeddings, "logits": hidden @ head.t(), "last_hidden": hidden, "step_logits": logits,
            "step_hidden": states[None], "generated_ids": torch.tensor([ids]),
            "generated_ids_repetition_penalty_1_1": torch.tensor([greedy(model, head, embeddings, steps, penalty=PENALTY)[0]]),
        }
        write_safetensors(os.path.join(out, f"{name}.safetensors"), arrays(tensors))
        weights = {f"model.{k}": v for k, v in model.state_dict().items()}
        if not tied:
            weights["lm_head.weight"] = head
        write_safetensors(os.path.join(out, f"{name}-params.safetensors"), arrays(weights))
        write_json(out, f"{name}.json", {
            "hidden": sizes["hidden_size"], "layers": sizes["num_hidden_layers"], "heads": sizes["num_attention_heads"],
            "kv": sizes["num_key_value_heads"], "inter": sizes["intermediate_size"], "vocab": sizes["vocab_size"], "tie": tied,
            "head_dim": sizes["hidden_size"] // sizes["num_attention_heads"], "rope_theta": sizes["rope_theta"],
            "rms_norm_eps": sizes["rms_norm_eps"],
            "eos_variant": {"eos_token_id": early[0], "generated": len(greedy(model, head, embeddings, steps, early)[0])},
        })
        models.append({
            "configuration": f"qwen2/{name}.json", "parameters": f"qwen2/{name}-params.safetensors", "golden": f"qwen2/{name}.safetensors",
        })
    compare = {name: 1e-4 for name in ("logits", "last_hidden", "step_logits", "step_hidden")}
    exact = {name: "exact" for name in ("generated_ids", "generated_ids_repetition_penalty_1_1")}
    return {"models": models, "input": "inputs_embeds", "compare": {**compare, **exact}}


def whole_part(draw, out):
    sam = sam_sizes(draw)
    neck = neck_sizes(draw, sam["hidden_size"])
    vision = {**vision_sizes(draw), "neck_out": sam["hidden_size"]}
    words = Words(draw.choice([0, 37, 304]))
    language = language_sizes(draw)
    tied = draw.random() < 0.5
    config = {
        **language, "vocab_size": words.size + draw.choice([0, 5, 29]), "hidden_act": "silu", "model_type": "llava_qwen",
        "mm_projector_type": "mlp2x_gelu", "max_position_embeddings": 4096, "tie_word_embeddings": tied, "eos_token_id": words.special_ids["<|im_end|>"],
        draw.choice(["spex", "spex_tiny"]): {"vision": vision, "lan_neck": neck, "sam": sam},
    }
    spex = randomised(Spex(config), 0.3)
    spex.model.embed_tokens.weight.copy_(torch.randn_like(spex.model.embed_tokens.weight) * 0.2)
    head = spex.model.embed_tokens.weight if tied else torch.randn(config["vocab_size"], config["hidden_size"]) * 0.5
    weights = {name: value.clone() for name, value in spex.state_dict().items()}
    if not tied:
        weights["lm_head.weight"] = head
    dtype = draw.choice(["F32", "F16", "BF16"])
    stored = store(out, weights, dtype, draw.choice([1, 1, 3]))
    spex.load_state_dict({name: value for name, value in stored.items() if name != "lm_head.weight"})
    head = spex.model.embed_tokens.weight if tied else stored["lm_head.weight"]
    write_json(out, "config.json", config)
    write_json(out, "generation_config.json", {"eos_token_id": draw.choice([words.special_ids["<|im_end|>"], [words.special_ids["<|im_end|>"], 0]])})
    fast = draw.random() < 0.5
    words.save(out, fast)
    prompt = draw.choice(["", "Look: "]) + "<image>\nBased on the provided image, show 12 water regions:[{'Centroid': [0.314, 0.662]}]"
    chat = f"<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\n{prompt}<|im_end|>\n<|im_start|>assistant\n"
    before, after = (words.encode(text) for text in chat.split("<image>"))
    files, runs = [], {}
    for side in (32, 96):
        tensors, eos = whole_run(draw, spex, head, before, after, side)
        write_safetensors(os.path.join(out, f"golden-{side}.safetensors"), arrays(tensors))
        files.append(f"spex-tiny/golden-{side}.safetensors")
        runs[str(side)] = {"eos_variant": {"eos_token_id": eos}}
    write_json(out, "golden.json", {"prompt": prompt, "runs": runs})
    texts = ["Hello world", "  two  spaces ", "0.314, [12]", "don't WE'LL", "Größe, 水域\r\n\n x", "<|im_start|>user\n<|im_end|>", "", "tab\tend  "]
    write_json(out, "tokenizer-cases.json", [{"text": text, "ids": words.encode(text)} for text in texts])
    print(f"{dtype}, {'tied' if tied else 'own'} head, {'fast' if fast else 'slow'} tokenizer, {json.dumps(config)}")
    floats = {name: 5e-4 for name in (
        "vision_tokens", "sam_feature", "projected", "inputs_embeds", "step_logits", "mask_prompt_hidden", "mask_prompt_tokens",
        "lowres_logits", "logits_full", "eos.lowres_logits", "penalty.lowres_logits", "two.lowres_logits",
    )}
    exact = {name: "exact" for name in ("input_ids", "generated_ids", "eos.generated_ids", "penalty.generated_ids", "two.generated_ids")}
    compare = {**floats, **exact, "prefill_last_hidden": 2e-3, "mask_published": 1e-4}
    return {
        "spex-tiny": {"checkpoint": "spex-tiny", "files": files, "input": ["pixel_values", "prompt in golden.json"], "compare": compare},
        "tokenizer": {"cases": "spex-tiny/tokenizer-cases.json", "compare": {"ids": "exact"}},
    }


def whole_run(draw, spex, head, before, after, side):
    embed = spex.model.embed_tokens
    steps = 14
    for _ in range(30):
        pixels = (torch.rand(1, 3, side, side) - torch.tensor(MEAN).view(3, 1, 1)) / torch.tensor(STD).view(3, 1, 1)
        tokens, mask_features, _ = spex.vision(pixels)
        projected = spex.project(tokens)
        prefix = torch.cat([embed(torch.tensor([before])), projected, embed(torch.tensor([after]))], 1)
        ids, logits, states = greedy(spex.model, head, prefix, steps)
        eos = next((i for n, i in enumerate(ids) if n > 1 and i not in ids[:n]), ids[0])
        tower = spex.model.vision_tower

        def mask_of(states):
            return spex.low_resolution_logits(mask_features, states[None, 1:])[0]

        runs = {
            "eos": greedy(spex.model, head, prefix, steps, [eos]), "penalty": greedy(spex.model, head, prefix, steps, penalty=PENALTY),
            "two": greedy(spex.model, head, prefix, 2),
        }
        low = mask_of(states)
        margin = min(float((top[0] - top[1])) for top in (row.topk(2).values for row in torch.cat([logits, runs["penalty"][1]])))
        if low.abs().min() > 4e-4 and margin > 1e-3 and len(runs["eos"][0]) > 1:
            break
    else:
        raise SystemExit(f"no picture of {side} pixels gives clear ids and a clear mask with these weights: take another seed")
    tensors = {
        "pixel_values": pixels, "input_ids": torch.tensor([before + [IMAGE] + after]), "vision_tokens": tokens, "sam_feature": mask_features,
        "projected": projected, "inputs_embeds": prefix, "prefill_last_hidden": spex.model(prefix)[0], "generated_ids": torch.tensor([ids]),
        "step_logits": logits, "mask_prompt_hidden": states[None, None, 1:], "mask_prompt_tokens": tower.lan_neck(states[None, 1:])[None],
        **masks(low, side),
    }
    for name, (generated, _, run_states) in runs.items():
        tensors[f"{name}.generated_ids"] = torch.tensor([generated])
        tensors[f"{name}.lowres_logits"] = mask_of(run_states)[None]
    return tensors, eos


class Words(bpe.Tokenizer):
    """The first `count` merges of the development kit's tokenizer, with Qwen2's splitting (single digits), no pieces of lists."""

    PATTERN = bpe.WORDS.replace(r"\p{N}{1,3}", r"\p{N}")

    def __init__(self, count):
        bpe.list_pieces, bpe._SPLIT = list, bpe.python_pattern(self.PATTERN)
        with open(os.path.join(TINY, "merges.txt")) as file:
            lines = [line.rstrip("\n") for line in file][1:]
        super().__init__([line.split(" ") for line in lines if line][:count])

    def save(self, out, fast):
        if fast:
            super().save(os.path.join(out, "tokenizer.json"))
            with open(os.path.join(out, "tokenizer.json")) as file:
                document = json.load(file)
            document["pre_tokenizer"]["pretokenizers"][0]["pattern"]["Regex"] = self.PATTERN
            document["model"]["merges"] = [list(pair) for pair in self.merges]  # as newer versions write them
            write_json(out, "tokenizer.json", document)
        write_json(out, "vocab.json", self.ids)
        write_json(out, "added_tokens.json", self.special_ids)
        with open(os.path.join(out, "merges.txt"), "w") as file:
            file.write("#version: 0.2\n" + "".join(" ".join(pair) + "\n" for pair in self.merges))


def store(out, weights, dtype, shards):
    """Writes the weights and returns them as they are after rounding to `dtype`."""
    rounding = {"F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16}[dtype]
    rounded = {name: value.to(rounding) for name, value in weights.items()}
    names = sorted(rounded)
    weight_map = {}
    for shard in range(shards):
        name = "model.safetensors" if shards == 1 else f"model-{shard + 1:05d}-of-{shards:05d}.safetensors"
        part = names[shard::shards]
        weight_map.update({key: name for key in part})
        header, data, offset = {"__metadata__": {"format": "pt"}}, [], 0
        for key in part:
            value = rounded[key].contiguous()
            raw = (value.view(torch.int16) if dtype == "BF16" else value).numpy().tobytes()
            header[key] = {"dtype": dtype, "shape": list(value.shape), "data_offsets": [offset, offset + len(raw)]}
            offset += len(raw)
            data.append(raw)
        text = json.dumps(header).encode()
        with open(os.path.join(out, name), "wb") as file:
            file.write(struct.pack("<Q", len(text)) + text + b"".join(data))
    if shards > 1:
        write_json(out, "model.safetensors.index.json", {"metadata": {}, "weight_map": weight_map})
    return {name: value.to(torch.float32) for name, value in rounded.items()}


def randomised(module, spread):
    """Weights at which every part matters: offsets, layer scales, norms and biases included."""
    for parameter in module.parameters():
        if parameter.ndim < 2:
            parameter.add_(torch.randn_like(parameter) * 0.2)
        elif parameter.abs().max() == 0:
            parameter.add_(torch.randn_like(parameter) * spread)
    return module.eval()


def arrays(tensors):
    return {name: (value.numpy() if value.dtype == torch.int64 else value.numpy().astype(np.float32)) for name, value in tensors.items()}


def folder(out, name):
    path = os.path.join(out, name)
    os.makedirs(path, exist_ok=True)
    return path


def write_json(out, name, value):
    with open(os.path.join(out, name), "w") as file:
        json.dump(value, file)


if __name__ == "__main__":
    main()
