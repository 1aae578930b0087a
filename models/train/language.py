"""Qwen2 (grouped-query attention, rotary positions, SwiGLU, RMSNorm, q/k/v biases) with the published tensor names."""
import math

import torch
import torch.nn.functional as F
from torch import nn


class Qwen2(nn.Module):
    """forward(embeddings [N, T, hidden], cache or None) returns (post-norm states [N, T, hidden], cache)."""

    def __init__(self, config):
        super().__init__()
        self.embed_tokens = nn.Embedding(config["vocab_size"], config["hidden_size"])
        nn.init.normal_(self.embed_tokens.weight, std=0.02)
        self.layers = nn.ModuleList(DecoderLayer(config) for _ in range(config["num_hidden_layers"]))
        self.norm = RmsNorm(config["hidden_size"], config["rms_norm_eps"])
        self.head_width = config["hidden_size"] // config["num_attention_heads"]
        self.theta = config["rope_theta"]

    def forward(self, embeddings, cache=None):
        start = cache[0][0].shape[2] if cache else 0
        length = embeddings.shape[1]
        position = torch.arange(start, start + length, device=embeddings.device, dtype=torch.float32)
        frequency = self.theta ** (-torch.arange(0, self.head_width, 2, device=embeddings.device).float() / self.head_width)
        angle = torch.outer(position, frequency).repeat(1, 2)
        rotary = (angle.cos(), angle.sin())
        bias = None
        if length > 1:
            bias = torch.full((length, start + length), -math.inf, device=embeddings.device).triu(start + 1)
        x = embeddings
        new_cache = []
        for index, layer in enumerate(self.layers):
            x, entry = layer(x, rotary, bias, cache[index] if cache else None)
            new_cache.append(entry)
        return self.norm(x), new_cache


class DecoderLayer(nn.Module):
    def __init__(self, config):
        super().__init__()
        width = config["hidden_size"]
        self.self_attn = SelfAttention(config)
        self.mlp = nn.Module()
        self.mlp.gate_proj = nn.Linear(width, config["intermediate_size"], bias=False)
        self.mlp.up_proj = nn.Linear(width, config["intermediate_size"], bias=False)
        self.mlp.down_proj = nn.Linear(config["intermediate_size"], width, bias=False)
        self.input_layernorm = RmsNorm(width, config["rms_norm_eps"])
        self.post_attention_layernorm = RmsNorm(width, config["rms_norm_eps"])

    def forward(self, x, rotary, bias, cache):
        attended, cache = self.self_attn(self.input_layernorm(x), rotary, bias, cache)
        x = x + attended
        y = self.post_attention_layernorm(x)
        return x + self.mlp.down_proj(F.silu(self.mlp.gate_proj(y)) * self.mlp.up_proj(y)), cache


class SelfAttention(nn.Module):
    def __init__(self, config):
        super().__init__()
        width = config["hidden_size"]
        self.heads, self.kv_heads = config["num_attention_heads"], config["num_key_value_heads"]
        head = width // self.heads
        self.q_proj = nn.Linear(width, self.heads * head)
        self.k_proj = nn.Linear(width, self.kv_heads * head)
        self.v_proj = nn.Linear(width, self.kv_heads * head)
        self.o_proj = nn.Linear(self.heads * head, width, bias=False)

    def forward(self, x, rotary, bias, cache):
        n, length, _ = x.shape
        q = rotate(self.q_proj(x).reshape(n, length, self.heads, -1).transpose(1, 2), rotary)
        k = rotate(self.k_proj(x).reshape(n, length, self.kv_heads, -1).transpose(1, 2), rotary)
        v = self.v_proj(x).reshape(n, length, self.kv_heads, -1).transpose(1, 2)
        if cache is not None:
            k, v = torch.cat([cache[0], k], 2), torch.cat([cache[1], v], 2)
        repeat = self.heads // self.kv_heads
        scores = q @ k.repeat_interleave(repeat, 1).transpose(2, 3) / math.sqrt(q.shape[-1])
        if bias is not None:
            scores = scores + bias
        y = scores.softmax(-1) @ v.repeat_interleave(repeat, 1)
        return self.o_proj(y.transpose(1, 2).flatten(2)), (k, v)


class RmsNorm(nn.Module):
    def __init__(self, width, eps):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.eps = eps

    def forward(self, x):
        return self.weight * (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps))


def rotate(x, rotary):
    """Rotary positions: halves (not interleaved pairs) as in Qwen2."""
    cos, sin = rotary
    a, b = x.chunk(2, -1)
    return x * cos + torch.cat([-b, a], -1) * sin
