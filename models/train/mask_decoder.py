"""Token condensation, prompt encoder and SAM mask decoder as published (spex.md 1.7, 1.8), and the fine hypernetwork."""
import math

import torch
import torch.nn.functional as F
from torch import nn

from vision import ChannelNorm


class TextNeck(nn.Module):
    """Condenses n states into `num_seq` prompt tokens: adaptive average pooling, then an MLP per token."""

    def __init__(self, hidden, sizes):
        super().__init__()
        a, b, c = sizes["widths"]
        self.tokens = sizes["num_seq"]
        self.text_mlp = nn.Sequential(
            nn.Linear(hidden, a), nn.ReLU(), nn.Linear(a, b), nn.ReLU(), nn.Linear(b, c)
        )

    def forward(self, states, present=None):
        """states [N, n, hidden]; present [N, n]: 1 for a run of counted states at the start of each row. [N, tokens, c]."""
        if present is None:
            pooled = F.adaptive_avg_pool1d(states.transpose(1, 2), self.tokens).transpose(1, 2)
        else:
            pooled = torch.stack(
                [
                    F.adaptive_avg_pool1d(row[: int(count)].t()[None], self.tokens)[0].t()
                    for row, count in zip(states, present.sum(1))
                ]
            )
        return self.text_mlp(pooled)


class PromptEncoder(nn.Module):
    """Only `shared_embedding` and `no_mask_embed` are used; the rest exists because published checkpoints hold it."""

    def __init__(self, sizes):
        super().__init__()
        width, inputs = sizes["hidden_size"], sizes["mask_input_channels"]
        self.shared_embedding = nn.Module()
        self.shared_embedding.register_buffer("positional_embedding", torch.randn(2, width // 2) * (width // 2))
        self.no_mask_embed = nn.Embedding(1, width)
        self.not_a_point_embed = nn.Embedding(1, width)
        self.point_embed = nn.ModuleList(nn.Embedding(1, width) for _ in range(4))
        self.mask_embed = nn.Module()
        self.mask_embed.conv1 = nn.Conv2d(1, inputs // 4, 2, 2)
        self.mask_embed.conv2 = nn.Conv2d(inputs // 4, inputs, 2, 2)
        self.mask_embed.conv3 = nn.Conv2d(inputs, width, 1)
        self.mask_embed.layer_norm1 = ChannelNorm(inputs // 4)
        self.mask_embed.layer_norm2 = ChannelNorm(inputs)

    def image_position(self, side):
        """[1, C, side, side]: random Fourier features of the pixel centres."""
        matrix = self.shared_embedding.positional_embedding
        line = (torch.arange(side, device=matrix.device, dtype=matrix.dtype) + 0.5) / side * 2 - 1
        y, x = torch.meshgrid(line, line, indexing="ij")
        angle = torch.stack([x, y], -1) @ matrix * (2 * math.pi)
        return torch.cat([angle.sin(), angle.cos()], -1).permute(2, 0, 1)[None]


class Attention(nn.Module):
    def __init__(self, width, heads, downsample=1):
        super().__init__()
        inner = width // downsample
        self.heads = heads
        self.q_proj = nn.Linear(width, inner)
        self.k_proj = nn.Linear(width, inner)
        self.v_proj = nn.Linear(width, inner)
        self.out_proj = nn.Linear(inner, width)

    def forward(self, query, key, value, second_softmax=False):
        q, k, v = (
            layer(x).reshape(x.shape[0], x.shape[1], self.heads, -1).transpose(1, 2)
            for layer, x in ((self.q_proj, query), (self.k_proj, key), (self.v_proj, value))
        )
        attention = (q @ k.transpose(2, 3) / math.sqrt(q.shape[-1])).softmax(-1)
        if second_softmax:
            # as the published weights were trained (parity/maskdecoder/README.md)
            attention = attention.softmax(-1)
        return self.out_proj((attention @ v).transpose(1, 2).flatten(2))


class TwoWayLayer(nn.Module):
    def __init__(self, sizes, first):
        super().__init__()
        width, heads, ratio = sizes["hidden_size"], sizes["num_attention_heads"], sizes["attention_downsample_rate"]
        self.first = first
        self.self_attn = Attention(width, heads)
        self.cross_attn_token_to_image = Attention(width, heads, ratio)
        self.cross_attn_image_to_token = Attention(width, heads, ratio)
        self.mlp = nn.Module()
        self.mlp.lin1 = nn.Linear(width, sizes["mlp_dim"])
        self.mlp.lin2 = nn.Linear(sizes["mlp_dim"], width)
        for index in range(1, 5):
            setattr(self, f"layer_norm{index}", nn.LayerNorm(width, eps=1e-6))

    def forward(self, queries, keys, query_position, key_position):
        if self.first:
            queries = self.self_attn(queries, queries, queries)
        else:
            q = queries + query_position
            queries = queries + self.self_attn(q, q, queries)
        queries = self.layer_norm1(queries)
        q, k = queries + query_position, keys + key_position
        queries = self.layer_norm2(queries + self.cross_attn_token_to_image(q, k, keys, second_softmax=True))
        queries = self.layer_norm3(queries + self.mlp.lin2(F.relu(self.mlp.lin1(queries))))
        q, k = queries + query_position, keys + key_position
        keys = self.layer_norm4(keys + self.cross_attn_image_to_token(k, q, queries))
        return queries, keys


class ThreeLayerMlp(nn.Module):
    def __init__(self, inputs, hidden, output):
        super().__init__()
        self.proj_in = nn.Linear(inputs, hidden)
        self.layers = nn.ModuleList([nn.Linear(hidden, hidden)])
        self.proj_out = nn.Linear(hidden, output)

    def forward(self, x):
        return self.proj_out(F.relu(self.layers[0](F.relu(self.proj_in(x)))))


class MaskDecoder(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        width = sizes["hidden_size"]
        masks = sizes["num_multimask_outputs"] + 1
        self.iou_token = nn.Embedding(1, width)
        self.mask_tokens = nn.Embedding(masks, width)
        self.transformer = nn.Module()
        self.transformer.layers = nn.ModuleList(
            TwoWayLayer(sizes, index == 0) for index in range(sizes["num_hidden_layers"])
        )
        self.transformer.final_attn_token_to_image = Attention(
            width, sizes["num_attention_heads"], sizes["attention_downsample_rate"]
        )
        self.transformer.layer_norm_final_attn = nn.LayerNorm(width, eps=1e-5)
        self.upscale_conv1 = nn.ConvTranspose2d(width, width // 4, 2, 2)
        self.upscale_layer_norm = ChannelNorm(width // 4)
        self.upscale_conv2 = nn.ConvTranspose2d(width // 4, width // 8, 2, 2)
        self.output_hypernetworks_mlps = nn.ModuleList(ThreeLayerMlp(width, width, width // 8) for _ in range(masks))
        self.iou_prediction_head = ThreeLayerMlp(width, sizes["iou_head_hidden_dim"], masks)
        if sizes.get("fine_channels"):
            self.fine_hypernetwork = ThreeLayerMlp(width, width, sizes["fine_channels"])

    def forward(self, image, position, sparse):
        """image [N, C, h, h] with the dense prompt added; sparse [N, P, C]. (logits [N, 1, 4h, 4h], fine [N, F] or None, foretold [N]).

        foretold: logit of the IoU that mask 0 has, by SAM's own head for it.
        """
        n, channels, height, width = image.shape
        own = torch.cat([self.iou_token.weight, self.mask_tokens.weight])[None].expand(n, -1, -1)
        tokens = torch.cat([own, sparse], 1)
        keys = image.flatten(2).transpose(1, 2)
        key_position = position.flatten(2).transpose(1, 2)
        queries = tokens
        for layer in self.transformer.layers:
            queries, keys = layer(queries, keys, tokens, key_position)
        attended = self.transformer.final_attn_token_to_image(queries + tokens, keys + key_position, keys)
        queries = self.transformer.layer_norm_final_attn(queries + attended)
        up = keys.transpose(1, 2).reshape(n, channels, height, width)
        up = F.gelu(self.upscale_layer_norm(self.upscale_conv1(up)))
        up = F.gelu(self.upscale_conv2(up))
        mask_token = queries[:, 1]
        weights = self.output_hypernetworks_mlps[0](mask_token)
        logits = torch.einsum("nc,nchw->nhw", weights, up).unsqueeze(1)
        fine = self.fine_hypernetwork(mask_token) if hasattr(self, "fine_hypernetwork") else None
        return logits, fine, self.iou_prediction_head(queries[:, 0])[:, 0]
