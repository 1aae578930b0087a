"""SPEX in PyTorch, at any size: the published modules with the published tensor names, and the options of ../README.md.

The module tree below `Spex` is built so that `state_dict()` keys are the published names without the leading `model.`
stripped: `Spex(config).state_dict()` starts with `model.…` everywhere.
"""
import json
import math
import os

import torch
import torch.nn.functional as F
from torch import nn

from language import Qwen2
from mask_decoder import MaskDecoder, PromptEncoder, TextNeck
from safetensors_io import read_safetensors
from vision import VisionModel


# Batch norm's counter of batches: no weight, and in no checkpoint.
UNSTORED = ".num_batches_tracked"


class Spex(nn.Module):
    """The whole network. `config`: the parsed `config.json` of a checkpoint, sizes under `spex` (or `spex_tiny`)."""

    def __init__(self, config):
        super().__init__()
        sizes = config.get("spex") or config.get("spex_tiny")
        self.config = config
        tower = nn.Module()
        tower.vision_tower = nn.Module()
        tower.vision_tower.vision_model = VisionModel(sizes["vision"])
        tower.sampromptencoder = PromptEncoder(sizes["sam"])
        tower.mask_decoder = MaskDecoder(sizes["sam"])
        tower.lan_neck = TextNeck(config["hidden_size"], sizes["lan_neck"])
        self.model = Qwen2(config)
        self.model.vision_tower = tower
        hidden = config["hidden_size"]
        self.model.mm_projector = nn.Sequential(
            nn.Linear(sizes["vision"]["aggregator_out"], hidden), nn.GELU(), nn.Linear(hidden, hidden)
        )
        self.frequencies = sizes["vision"].get("position_frequencies", 0)
        if self.frequencies:
            self.model.mm_position = nn.Linear(4 * self.frequencies, hidden, bias=False)
            nn.init.zeros_(self.model.mm_position.weight)

    @property
    def vision(self):
        return self.model.vision_tower.vision_tower.vision_model

    def project(self, tokens):
        """Vision tokens [N, T, A] to language width [N, T, hidden]."""
        projected = self.model.mm_projector(tokens)
        return projected + self.model.mm_position(self.token_positions(tokens)) if self.frequencies else projected

    def token_positions(self, tokens):
        """Where the tokens of a square map stand, [T, 4 K]: sin, cos of 2^k pi x, k = 0 … K − 1, then of y; x and y of the cell's middle, 0-1."""
        side = math.isqrt(tokens.shape[1])
        middle = (torch.arange(side, device=tokens.device, dtype=tokens.dtype) + 0.5) / side
        phase = middle[:, None] * (2.0 ** torch.arange(self.frequencies, device=tokens.device)) * math.pi
        waves = torch.stack([phase.sin(), phase.cos()], -1).flatten(1)
        return torch.cat([waves.repeat(side, 1), waves.repeat_interleave(side, 0)], 1)

    def low_resolution_logits(self, mask_features, states, states_present=None):
        """Published mask logits.

        mask_features [N, S, h, w]; states [N, n, hidden] of the answer; states_present [N, n] (1 = counts) or None.
        Returns (logits [N, 1, 4h, 4w], fine weights [N, F] or None, logit of the foretold IoU [N]).
        """
        tower = self.model.vision_tower
        sparse = tower.lan_neck(states, states_present)
        position = tower.sampromptencoder.image_position(mask_features.shape[-1])
        dense = tower.sampromptencoder.no_mask_embed.weight.reshape(1, -1, 1, 1)
        return tower.mask_decoder(mask_features + dense, position, sparse)

    def mask_logits(self, mask_features, fine_features, states, states_present=None):
        """Mask logits at chip size [N, 1, H, W] (with fine features), else the published [N, 1, 4h, 4w]."""
        low, fine_weights, _ = self.low_resolution_logits(mask_features, states, states_present)
        if fine_weights is None:
            return low
        high = F.interpolate(low, size=fine_features.shape[-2:], mode="bilinear", align_corners=False)
        return high + torch.einsum("nf,nfhw->nhw", fine_weights, fine_features).unsqueeze(1)

    @torch.no_grad()
    def generate(self, prefix, eos, max_new_tokens):
        """Greedy text for one chip. prefix [1, P, hidden]: the embedded prompt.

        Returns (ids, states [1, n, hidden] of all generated tokens except the last). Source: published demo, spex.md 1.7.
        """
        ids, states = [], []
        hidden, cache = self.model(prefix, None)
        while True:
            logits = hidden[:, -1] @ self.model.embed_tokens.weight.t()
            ids.append(int(logits.argmax(-1)))
            if ids[-1] in eos or len(ids) == max_new_tokens:
                break
            hidden, cache = self.model(self.model.embed_tokens(torch.tensor([[ids[-1]]], device=prefix.device)), cache)
            states.append(hidden)
        return ids, torch.cat(states, 1) if states else prefix.new_zeros(1, 0, prefix.shape[-1])


def load_spex(folder, map_location="cpu"):
    """A checkpoint folder (one `model.safetensors` or parts) as a `Spex` in eval mode. Unused tensors must be known ones."""
    with open(os.path.join(folder, "config.json")) as file:
        config = json.load(file)
    tensors = {}
    for name in sorted(os.listdir(folder)):
        if name.startswith("model") and name.endswith(".safetensors"):
            tensors.update(read_safetensors(os.path.join(folder, name)))
    spex = Spex(config)
    missing, unexpected = spex.load_state_dict({k: torch.from_numpy(v) for k, v in tensors.items()}, strict=False)
    missing = [name for name in missing if not name.endswith(UNSTORED)]
    if missing or unexpected:
        raise ValueError(f"{folder}: missing tensors {missing[:5]}, unexpected tensors {unexpected[:5]}")
    return spex.to(map_location).eval()


def count_parameters(module):
    return sum(parameter.numel() for parameter in module.parameters())
