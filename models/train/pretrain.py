"""Stage (a), multispectral visual pre-training: the vision side learns to segment.

    python3 pretrain.py --data work/data work/synthetic --out work/pretrain --minutes 45

A 1x1 head on the fine features and one on the mask features add up to three logits per pixel. Time-boxed: the learning rate
follows the clock. Run again with the same --out to resume. Writes log.csv, val.csv, last.pt (with optimiser), vision.pt (EMA).
"""
import argparse
import copy
import csv
import os

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

import settings
from augment import CropSampler
from evaluate import mean_iou
from losses import binary_cross_entropy, dice
from processes import Processes, start
from shards import load_scenes
from vision import VisionModel
from wording import TARGETS


SAVE_EVERY = 180  # seconds


class Segmenter(nn.Module):
    """The vision side with the heads of this stage only."""

    def __init__(self, sizes):
        super().__init__()
        self.vision = VisionModel(sizes)
        self.fine_head = nn.Conv2d(sizes["fine"]["channels"], len(TARGETS), 1)
        self.low_head = nn.Conv2d(sizes["neck_out"], len(TARGETS), 1)

    def forward(self, pixels, present):
        """(logits [N, 3, H, W], logits of the mask features alone [N, 3, H, W])."""
        _, mask_features, fine_features = self.vision(pixels, present)
        low = F.interpolate(self.low_head(mask_features), size=pixels.shape[-2:], mode="bilinear", align_corners=False)
        return self.fine_head(fine_features) + low, low


class Crops:
    """Batches of equal cost: mostly 128 pixels a side, some larger for the context. Processes draw other crops of the same side."""

    def __init__(self, scenes, seed, batch, process):
        self.batch, self.sampler, self.sides = batch, CropSampler(scenes, [seed, process]), np.random.default_rng(seed)

    def __next__(self):
        side = int(self.sides.choice([128, 192, 256, 512], p=[0.3, 0.2, 0.35, 0.15]))
        return self.sampler.batch(max(1, round(self.batch * (128 / side) ** 2)), side)


def build(seed, **vision_changes):
    torch.manual_seed(seed)
    sizes = settings.compact_config({"<|im_end|>": 0, "<|endoftext|>": 0}, **vision_changes)["spex"]["vision"]
    model = Segmenter(sizes)
    model.vision.spectral.mean.copy_(torch.tensor(settings.MEAN))
    model.vision.spectral.std.copy_(torch.tensor(settings.STD))
    for module in model.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
            if module.bias is not None:
                nn.init.zeros_(module.bias)
    for head in (model.fine_head, model.low_head):
        nn.init.normal_(head.weight, std=0.02)
    for level in model.vision.levels:
        for block in level.blocks:
            # a small layer scale lets the blocks grow into the trunk
            nn.init.constant_(block.weight1, 0.3)
            nn.init.constant_(block.weight2, 0.3)
    return model


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", nargs="+", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--minutes", type=float, default=45)
    parser.add_argument("--batch", type=int, default=12, help="crops of 128 pixels, of all processes together")
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2, help="on the CPU, one a core; a GPU takes one")
    parser.add_argument("--val-minutes", type=float, default=16, help="0: no look at val")
    parser.add_argument("--start", help="vision.pt to start from")
    parser.add_argument("--heads-only", action="store_true", help="with --start: fit the heads to a vision side that stays (from_pack.py)")
    parser.add_argument("--scales", type=int, default=4, choices=(1, 4), help="1: the ablation without aggregation")
    arguments = parser.parse_args()
    os.makedirs(arguments.out, exist_ok=True)
    start(train, arguments)


def train(process, processes, arguments):
    device = "cuda" if torch.cuda.is_available() else "cpu"
    together = Processes(process, processes, arguments.out)
    model = build(arguments.seed, **({"scales": 1} if arguments.scales == 1 else {})).to(device)
    if arguments.start:
        model.load_state_dict(torch.load(arguments.start, map_location=device)["model"])
    average = copy.deepcopy(model).eval()
    model.vision.requires_grad_(not arguments.heads_only)
    parameters = [p for p in model.parameters() if p.requires_grad]
    decayed = [p for p in parameters if p.ndim > 1]
    plain = [p for p in parameters if p.ndim <= 1]
    optimiser = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": 0.02}, {"params": plain, "weight_decay": 0.0}], lr=arguments.rate, betas=(0.9, 0.99)
    )
    step, elapsed = 0, 0.0
    last = os.path.join(arguments.out, "last.pt")
    if os.path.exists(last):
        saved = torch.load(last, map_location=device)
        model.load_state_dict(saved["model"])
        average.load_state_dict(saved["average"])
        optimiser.load_state_dict(saved["optimiser"])
        step, elapsed = saved["step"], saved["elapsed"]
        print(f"resumed at step {step}, minute {elapsed / 60:.1f}", flush=True)
    scenes = load_scenes(arguments.data, "train")
    val = load_scenes(arguments.data[:1], "val", limit_per_source=10)
    print(f"{len(scenes)} training scenes, {len(val)} val scenes to watch", flush=True)
    crops = Crops(scenes, arguments.seed * 1000 + step, arguments.batch / processes, process)
    log = csv.writer(open(os.path.join(arguments.out, "log.csv"), "a", 1, newline=""))
    budget, losses = arguments.minutes * 60, []
    val_every = arguments.val_minutes * 60 or float("inf")
    next_val, next_save = elapsed + val_every, elapsed + SAVE_EVERY
    warm_up = min(120.0, budget * 0.1)
    model.train()
    while True:
        elapsed += together.passed()
        if elapsed >= budget:
            break
        pixels, present, labels, trust = next(crops)
        factor = min(1.0, elapsed / warm_up + 0.02) * (0.5 + 0.5 * np.cos(np.pi * min(1.0, elapsed / budget))) + 0.01
        for group in optimiser.param_groups:
            group["lr"] = float(arguments.rate * factor)
        pixels, present, labels = pixels.to(device), present.to(device), labels.to(device)
        weight = trust.to(device).float()[:, None, None, None]
        logits, low = model(pixels, present)
        # Dice crop by crop: what is judged is the mean over scenes, and a rare cover or band set must count in its own crop
        loss = binary_cross_entropy(logits, labels, weight) + dice(logits, labels, (2, 3))
        loss = loss + 0.4 * (binary_cross_entropy(low, labels, weight) + dice(low, labels, (2, 3)))
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        together.average(parameters)
        torch.nn.utils.clip_grad_norm_(parameters, 3.0)
        optimiser.step()
        step += 1
        keep = min(0.998, step / (step + 20))
        with torch.no_grad():
            for mean, new in zip(average.parameters(), model.parameters()):
                mean.lerp_(new, 1 - keep)
        losses.append(float(loss.detach()))
        if process > 0:
            continue
        if step % 50 == 0:
            log.writerow([step, round(elapsed), f"{np.mean(losses):.4f}", f"{arguments.rate * factor:.5f}"])
            print(f"step {step} minute {elapsed / 60:.1f} loss {np.mean(losses):.4f}", flush=True)
            losses = []
        if elapsed >= next_val:
            next_val = elapsed + val_every
            watch(average, val, device, arguments.out, step, elapsed)
        if elapsed >= next_save:
            next_save = elapsed + SAVE_EVERY
            save(last, model, average, optimiser, step, elapsed, arguments.out)
    if process > 0:
        return
    save(last, model, average, optimiser, step, elapsed, arguments.out)
    if arguments.val_minutes:
        watch(average, val, device, arguments.out, step, elapsed)


def save(path, model, average, optimiser, step, elapsed, folder):
    state = {
        "model": model.state_dict(), "average": average.state_dict(), "optimiser": optimiser.state_dict(), "step": step, "elapsed": elapsed,
    }
    torch.save(state, path + ".part")
    os.replace(path + ".part", path)
    target = os.path.join(folder, "vision.pt")
    torch.save({"model": average.state_dict(), "step": step}, target + ".part")
    os.replace(target + ".part", target)


def watch(model, val, device, folder, step, elapsed):
    """Val IoU by source, target and band set: to look at, never to choose by."""
    with open(os.path.join(folder, "val.csv"), "a", newline="") as file:
        for bands, table in mean_iou(lambda pixels, present: model(pixels.to(device), present.to(device))[0].cpu(), val).items():
            for (source, target), (iou, count) in sorted(table.items()):
                csv.writer(file).writerow([step, round(elapsed), bands, source, target, f"{iou:.4f}", count])
                print(f"  val {bands:5s} {source:24s} {target:10s} {iou:.3f} ({count})", flush=True)


if __name__ == "__main__":
    main()
