"""Losses that leave out what is not to be judged."""
import torch
import torch.nn.functional as F


def binary_cross_entropy(logits, labels, weight=None):
    """Mean over the judged pixels. logits, labels of one shape; labels 1, 0 or 255; weight broadcasts."""
    judged = (labels != 255).float()
    if weight is not None:
        judged = judged * weight
    loss = F.binary_cross_entropy_with_logits(logits, (labels == 1).float(), reduction="none")
    return (loss * judged).sum() / judged.sum().clamp(min=1)


def dice(logits, labels, dimensions):
    """1 - 2 sum(p t) / (sum p^2 + sum t^2 + 2e-3) over the judged pixels of `dimensions`, as published (spex.md 1.11)."""
    judged = (labels != 255).float()
    p, t = logits.sigmoid() * judged, (labels == 1).float()
    overlap = (p * t).sum(dimensions)
    score = 2 * overlap / ((p * p).sum(dimensions) + (t * t).sum(dimensions) + 2e-3)
    positive = (t.sum(dimensions) > 0).float()
    return ((1 - score) * positive).sum() / positive.sum().clamp(min=1)
