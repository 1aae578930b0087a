"""The vision side: spectral front end, trunk, aggregator, neck, fine branch (spex.md 1.2-1.4, ../README.md)."""
import torch
import torch.nn.functional as F
from torch import nn

from efficientnet import STEM, EfficientNetLite, SameConv2d, widths

class VisionModel(nn.Module):
    """Sizes: the `vision` entry of a checkpoint's `spex` key.

    forward(pixels [N, B, H, W], band_present [N, B] or None) returns
    (tokens [N, T, A], mask_features [N, S, H/16, W/16], fine_features [N, F, H, W] or None).
    """

    def __init__(self, sizes):
        super().__init__()
        self.scales = sizes.get("scales", 4)
        spectral, trunk = sizes.get("spectral"), sizes.get("trunk", "internimage")
        if spectral:
            self.spectral = SpectralFrontEnd(len(spectral["bands"]))
        inputs = self.spectral.channels if spectral else 3
        self.pretrained = trunk != "internimage"
        if self.pretrained:
            self.visible = [spectral["bands"].index(name) for name in ("red", "green", "blue")]
            factor = sizes.get("trunk_width", 1.0)
            self.trunk = EfficientNetLite(trunk, factor)
            self.beside = SameConv2d(inputs, STEM, 3, 2, bias=False)
            nn.init.zeros_(self.beside.weight)
            half, *levels = widths(trunk, factor)
        else:
            channels, depths, groups = sizes["channels"], sizes["depths"], sizes["groups"]
            half, *levels = channels // 2, *(channels * 2**level for level in range(4))
            self.patch_embed = Stem(inputs, channels)
            self.levels = nn.ModuleList(
                Level(levels[level], depths[level], groups[level], sizes["mlp_ratio"], sizes["offset_scale"], level < 3) for level in range(4)
            )
        self.feat_aggregator = Aggregator(sum(levels), sizes["aggregator_out"], sizes["aggregator_groupnorm_groups"])
        self.visionneck = Neck(sizes["aggregator_out"], sizes["neck_out"])
        if sizes.get("fine"):
            self.fine = FineBranch(sizes["fine"], half, levels, inputs, smooth=self.pretrained)

    def forward(self, pixels, band_present=None):
        x = self.spectral(pixels, band_present) if hasattr(self, "spectral") else pixels
        x = x.contiguous(memory_format=torch.channels_last)
        if self.pretrained:
            shown = picture(pixels[:, self.visible], band_present[:, self.visible])
            half, *features = self.trunk(shown.contiguous(memory_format=torch.channels_last), self.beside(x))
        else:
            half, f = self.patch_embed(x)
            features = []
            for level in self.levels:
                output, f = level(f)
                features.append(output.permute(0, 3, 1, 2))
        if self.scales == 1:
            # the ablation without multiscale aggregation: the other scales carry nothing
            features = [features[0] * 0, features[1] * 0, features[2], features[3] * 0]
        aggregated = self.feat_aggregator(features)
        tokens = aggregated.flatten(2).transpose(1, 2)
        fine = self.fine(features, half, x) if hasattr(self, "fine") else None
        return tokens, self.visionneck(aggregated), fine


def picture(visible, present):
    """What a pretrained trunk is shown, [N, 3, H, W]: red, green, blue with white at 0.8, normalised as in its pre-training.

    White is what a fiftieth of the blocks of 8 x 8 pixels exceed in their brightest band, 0.2 to 0.8: reflectance becomes as bright as
    a photograph, a lake alone stays dark, photographs hardly change. A missing band is grey.
    """
    blocks = F.avg_pool2d(visible, 8).amax(1).flatten(1)
    white = blocks.topk(blocks.shape[1] // 50 + 1, 1).values[:, -1].clamp(0.2, 0.8)
    shown = (visible * (0.8 / white)[:, None, None, None]).clamp(max=1.25)
    return (shown - 127 / 255) * (255 / 128) * present[:, :, None, None]


class SpectralFrontEnd(nn.Module):
    """[values, normalised ratios of all band pairs, presence]: B + B(B-1)/2 + B channels."""

    def __init__(self, bands):
        super().__init__()
        self.register_buffer("mean", torch.zeros(bands))
        self.register_buffer("std", torch.ones(bands))
        pairs = [(i, j) for i in range(bands) for j in range(i + 1, bands)]
        self.first = [i for i, _ in pairs]
        self.second = [j for _, j in pairs]
        self.channels = 2 * bands + len(pairs)

    def forward(self, pixels, band_present):
        present = band_present[:, :, None, None]
        v = (pixels - self.mean[:, None, None]) / self.std[:, None, None] * present
        a, b = pixels[:, self.first], pixels[:, self.second]
        r = (a - b) / (a.abs() + b.abs() + 0.01) * (present[:, self.first] * present[:, self.second])
        return torch.cat([v, r, present.expand_as(pixels)], 1)


class ChannelNorm(nn.LayerNorm):
    """LayerNorm over the channels of [N, C, H, W], eps 1e-6."""

    def __init__(self, channels):
        super().__init__(channels, eps=1e-6)

    def forward(self, x):
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class Stem(nn.Module):
    """Two strided convolutions. Returns (stride-2 features [N, C/2, H/2, W/2], stride-4 features NHWC)."""

    def __init__(self, inputs, channels):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, channels // 2, 3, 2, 1)
        self.norm1 = nn.Sequential(nn.Identity(), ChannelNorm(channels // 2))
        self.conv2 = nn.Conv2d(channels // 2, channels, 3, 2, 1)
        self.norm2 = nn.Sequential(nn.Identity(), ChannelNorm(channels))

    def forward(self, x):
        half = F.gelu(self.norm1(self.conv1(x)))
        return half, self.norm2(self.conv2(half)).permute(0, 2, 3, 1)


class Level(nn.Module):
    """`depth` blocks and a downsampling. Returns (output before the downsampling, downsampled), both NHWC."""

    def __init__(self, channels, depth, groups, mlp_ratio, offset_scale, downsample):
        super().__init__()
        self.blocks = nn.ModuleList(Block(channels, groups, mlp_ratio, offset_scale) for _ in range(depth))
        if downsample:
            self.downsample = nn.Module()
            self.downsample.conv = nn.Conv2d(channels, 2 * channels, 3, 2, 1, bias=False)
            self.downsample.norm = nn.Sequential(nn.Identity(), ChannelNorm(2 * channels))

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        if not hasattr(self, "downsample"):
            return x, None
        down = self.downsample.norm(self.downsample.conv(x.permute(0, 3, 1, 2)))
        return x, down.permute(0, 2, 3, 1)


class Block(nn.Module):
    """Residual post-norm block with layer scale."""

    def __init__(self, channels, groups, mlp_ratio, offset_scale):
        super().__init__()
        self.dcn = DeformableConv(channels, groups, offset_scale)
        self.norm1 = nn.Sequential(nn.LayerNorm(channels, eps=1e-6))
        self.norm2 = nn.Sequential(nn.LayerNorm(channels, eps=1e-6))
        self.mlp = nn.Module()
        self.mlp.fc1 = nn.Linear(channels, int(channels * mlp_ratio))
        self.mlp.fc2 = nn.Linear(int(channels * mlp_ratio), channels)
        self.weight1 = nn.Parameter(torch.ones(channels))
        self.weight2 = nn.Parameter(torch.ones(channels))

    def forward(self, x):
        x = x + self.weight1 * self.norm1(self.dcn(x))
        return x + self.weight2 * self.norm2(self.mlp.fc2(F.gelu(self.mlp.fc1(x))))


class DeformableConv(nn.Module):
    """DCNv3 (InternImage, arXiv 2211.05778), 3x3: sampling positions in spex.md 1.2, step 6. NHWC in and out."""

    def __init__(self, channels, groups, offset_scale):
        super().__init__()
        self.groups, self.offset_scale = groups, offset_scale
        self.input_proj = nn.Linear(channels, channels)
        self.output_proj = nn.Linear(channels, channels)
        self.dw_conv = nn.Sequential(
            nn.Conv2d(channels, channels, 3, 1, 1, groups=channels),
            nn.Sequential(nn.Identity(), nn.LayerNorm(channels, eps=1e-6)),
            nn.GELU(),
        )
        self.offset = nn.Linear(channels, groups * 18)
        self.mask = nn.Linear(channels, groups * 9)
        for layer in (self.offset, self.mask):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)
        for layer in (self.input_proj, self.output_proj):
            nn.init.xavier_uniform_(layer.weight)
            nn.init.zeros_(layer.bias)
        # point p = 3 i + j, i the column step (slow), j the row step (fast); the pair is (x, y)
        steps = torch.arange(9)
        grid = torch.stack([steps // 3 - 1, steps % 3 - 1], -1).float()
        self.register_buffer("kernel", grid, persistent=False)

    def forward(self, x):
        n, height, width, channels = x.shape
        groups, per_group = self.groups, channels // self.groups
        values = self.input_proj(x)
        q = self.dw_conv[0](x.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)
        q = self.dw_conv[2](self.dw_conv[1](q))
        offset = self.offset(q).reshape(n, height, width, groups, 9, 2)
        weight = self.mask(q).reshape(n, height, width, groups, 9).softmax(-1)
        rows = torch.arange(height, device=x.device, dtype=x.dtype)
        columns = torch.arange(width, device=x.device, dtype=x.dtype)
        centre = torch.stack(torch.meshgrid(rows, columns, indexing="ij")[::-1], -1)[None, :, :, None, None]
        position = centre + (self.kernel + offset) * self.offset_scale
        size = torch.tensor([width, height], device=x.device, dtype=x.dtype)
        # grid_sample without aligned corners: -1 and 1 are the outer edges, pixel centres lie half a pixel inside
        position = (2 * position + 1) / size - 1
        position = position.permute(0, 3, 1, 2, 4, 5).reshape(n * groups, height * width, 9, 2)
        values = values.reshape(n, height, width, groups, per_group).permute(0, 3, 4, 1, 2)
        values = values.reshape(n * groups, per_group, height, width)
        sampled = F.grid_sample(values, position, mode="bilinear", padding_mode="zeros", align_corners=False)
        weight = weight.permute(0, 3, 1, 2, 4).reshape(n * groups, 1, height * width, 9)
        y = (sampled * weight).sum(-1).reshape(n, channels, height, width).permute(0, 2, 3, 1)
        return self.output_proj(y)


class Aggregator(nn.Module):
    """Resizes levels 0, 1, 3 to level 2, concatenates [2, 0, 1, 3], 1x1 convolution, GroupNorm, GELU."""

    def __init__(self, inputs, output, norm_groups):
        super().__init__()
        self.fuse_all = nn.Sequential(nn.Conv2d(inputs, output, 1), nn.GroupNorm(norm_groups, output), nn.GELU())

    def forward(self, features):
        size = features[2].shape[-2:]
        resized = [F.interpolate(f, size=size, mode="bilinear", align_corners=True) for f in features]
        return self.fuse_all(torch.cat([resized[2], resized[0], resized[1], resized[3]], 1))


class Neck(nn.Module):
    def __init__(self, inputs, output):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, output, 1, bias=False)
        self.layer_norm1 = ChannelNorm(output)
        self.conv2 = nn.Conv2d(output, output, 3, padding=1, bias=False)
        self.layer_norm2 = ChannelNorm(output)

    def forward(self, x):
        return self.layer_norm2(self.conv2(self.layer_norm1(self.conv1(x))))


class FineBranch(nn.Module):
    """Features at full resolution from the trunk, its half resolution and the pixels (../README.md, `spex.vision.fine`).

    smooth: a separable convolution after every sum, instead of one convolution (`merge`) after the last.
    """

    def __init__(self, sizes, stem, levels, inputs, smooth):
        super().__init__()
        width, half, output = sizes["width"], sizes["half"], sizes["channels"]
        for level, channels in enumerate(levels):
            setattr(self, f"lateral{level}", nn.Conv2d(channels, width, 1))
            if smooth:
                setattr(self, f"smooth{level}", nn.Sequential(nn.Conv2d(width, width, 3, padding=1, groups=width), nn.Conv2d(width, width, 1), nn.GELU()))
        if not smooth:
            self.merge = nn.Conv2d(width, width, 3, padding=1)
        # `half` is also a method of nn.Module, so this one is read from `_modules`
        self.half = nn.Conv2d(width + stem, half, 3, padding=1)
        self.pixel = nn.Conv2d(inputs, output, 3, padding=1)
        self.full = nn.Conv2d(half + output, output, 3, padding=1)

    def forward(self, features, half, x):
        t = None
        for level in (3, 2, 1, 0):
            lateral = getattr(self, f"lateral{level}")(features[level])
            t = lateral if t is None else lateral + up(t)
            if hasattr(self, f"smooth{level}"):
                t = getattr(self, f"smooth{level}")(t)
        if hasattr(self, "merge"):
            t = F.gelu(self.merge(t))
        u = F.gelu(self._modules["half"](torch.cat([up(t), half], 1)))
        return F.gelu(self.full(torch.cat([up(u), F.gelu(self.pixel(x))], 1)))


def up(x):
    return F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
