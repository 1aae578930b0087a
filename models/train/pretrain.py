"""Stage (a), multispectral visual pre-training: the vision side learns to segment.

    python3 pretrain.py --data work/data work/collected work/synthetic --out work/pretrain --minutes 600

A 1x1 head on the fine features and one on the mask features add up to three logits per pixel. The learning rate stays and falls
in the last quarter of the minutes (at least the last --cool-down): while the curve still rises, end the command and start it
again with more minutes. Killed or ended, it goes on where it stopped with the same --out. Writes log.csv, val.csv, last.pt (with
optimiser), vision.pt (the mean of the weights).
"""
import argparse
import copy
import csv
import os
import time

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

import settings
from augment import CropSampler
from evaluate import judge, rows
from losses import binary_cross_entropy, dice
from shards import load_scenes
from vision import VisionModel
from wording import TARGETS


SAVE_EVERY = 180  # seconds
# Of the learning rate, for the trunk that comes with ImageNet weights.
TRUNK_RATE = 0.3
WARM_UP = 400  # steps


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


class Crops(torch.utils.data.IterableDataset):
    """Batches of about equal cost, without end: `batch` crops of 256 pixels a side, or fewer and larger, more and smaller ones."""

    def __init__(self, scenes, seed, batch):
        self.scenes, self.seed, self.batch = scenes, seed, batch

    def __iter__(self):
        torch.set_num_threads(1)
        worker = torch.utils.data.get_worker_info()
        seed = [self.seed, worker.id if worker else 0]
        sampler, sides = CropSampler(self.scenes, seed), np.random.default_rng(seed)
        while True:
            side = int(sides.choice([192, 256, 384, 512], p=[0.25, 0.45, 0.15, 0.15]))
            yield sampler.batch(max(2, round(self.batch * (256 / side) ** 2)), side)


def build(seed, sizes=settings.VISION, imagenet=True):
    """A `Segmenter` ready to be trained; imagenet: with the published weights of a pretrained trunk."""
    torch.manual_seed(seed)
    model = Segmenter(sizes)
    vision = model.vision
    vision.spectral.mean.copy_(torch.tensor(settings.MEAN))
    vision.spectral.std.copy_(torch.tensor(settings.STD))
    for module in model.modules():
        if isinstance(module, nn.Conv2d) and module is not getattr(vision, "beside", None):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
            if module.bias is not None:
                nn.init.zeros_(module.bias)
    for head in (model.fine_head, model.low_head):
        nn.init.normal_(head.weight, std=0.02)
    if vision.pretrained and imagenet:
        with torch.no_grad():
            vision.trunk.load_imagenet(sizes["trunk"])
    return model.to(memory_format=torch.channels_last)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", nargs="+", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--minutes", type=float, default=600)
    parser.add_argument("--cool-down", type=float, default=15, help="minutes at the end in which the learning rate falls, at least")
    parser.add_argument("--batch", type=int, default=8, help="crops of 256 pixels a side")
    parser.add_argument("--rate", type=float, default=1.5e-3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--workers", type=int, default=1, help="processes that cut crops")
    parser.add_argument("--val-minutes", type=float, default=20, help="0: no look at val")
    parser.add_argument("--val-limit", type=int, default=4, help="val scenes of a source to look at, the middle of each")
    parser.add_argument("--start", help="vision.pt to start from")
    parser.add_argument("--no-imagenet", action="store_true", help="the ablation: the trunk starts from random weights")
    parser.add_argument("--heads-only", action="store_true", help="with --start: fit the heads to a vision side that stays (from_pack.py)")
    parser.add_argument("--scales", type=int, default=4, choices=(1, 4), help="1: the ablation without aggregation")
    arguments = parser.parse_args()
    os.makedirs(arguments.out, exist_ok=True)
    torch.set_num_threads(arguments.threads)
    train(arguments)


def train(arguments):
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = build(arguments.seed, {**settings.VISION, "scales": arguments.scales}, not arguments.no_imagenet).to(device)
    if arguments.start:
        model.load_state_dict(torch.load(arguments.start, map_location=device)["model"])
    average = copy.deepcopy(model).eval()
    model.vision.requires_grad_(not arguments.heads_only)
    optimiser = torch.optim.AdamW(groups(model, arguments.rate), lr=arguments.rate, betas=(0.9, 0.99))
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
    val = [middle(scene) for scene in load_scenes(arguments.data, "val", limit_per_source=arguments.val_limit)]
    print(f"{len(scenes)} training scenes, {len(val)} val scenes to watch", flush=True)
    crops = Crops(scenes, arguments.seed * 100_000 + step, arguments.batch)
    loader = torch.utils.data.DataLoader(crops, batch_size=None, num_workers=arguments.workers, prefetch_factor=4)
    log = csv.writer(open(os.path.join(arguments.out, "log.csv"), "a", 1, newline=""))
    budget, losses = arguments.minutes * 60, []
    cool_down = max(arguments.cool_down * 60, budget / 4)
    val_every = arguments.val_minutes * 60 or float("inf")
    next_val, next_save, moment = elapsed + val_every, elapsed + SAVE_EVERY, time.time()
    model.train(not arguments.heads_only)
    for pixels, present, labels, trust in loader:
        # a machine that was stopped for a while has not trained
        elapsed += min(time.time() - moment, 30)
        moment = time.time()
        if elapsed >= budget:
            break
        factor = min(1.0, (step + 1) / WARM_UP) * min(1.0, (budget - elapsed) / cool_down)
        for group in optimiser.param_groups:
            group["lr"] = group["base"] * factor
        losses.append(update(model, optimiser, pixels.to(device), present.to(device), labels.to(device), trust.to(device)))
        step += 1
        follow(average, model, min(0.999, step / (step + 20)))
        if step % 50 == 0:
            log.writerow([step, round(elapsed), f"{np.mean(losses):.4f}", f"{arguments.rate * factor:.5f}"])
            print(f"step {step} minute {elapsed / 60:.1f} loss {np.mean(losses):.4f}", flush=True)
            losses = []
        if elapsed >= next_save:
            next_save = elapsed + SAVE_EVERY
            save(last, model, average, optimiser, step, elapsed, arguments.out)
        if elapsed >= next_val:
            next_val = elapsed + val_every
            watch(average, val, device, arguments.out, step, elapsed)
            moment = time.time()
    save(last, model, average, optimiser, step, elapsed, arguments.out)
    if arguments.val_minutes:
        watch(average, val, device, arguments.out, step, elapsed)


def groups(model, rate):
    """Parameters by learning rate and weight decay; a pretrained trunk learns more slowly."""
    found = {}
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            found.setdefault((name.startswith("vision.trunk."), parameter.ndim > 1), []).append(parameter)
    return [
        {"params": parameters, "base": rate * (TRUNK_RATE if trunk else 1.0), "weight_decay": 0.02 if matrix else 0.0}
        for (trunk, matrix), parameters in found.items()
    ]


def update(model, optimiser, pixels, present, labels, trust):
    """One step; gives its loss. Dice crop by crop: what is judged is the mean over scenes, and a rare cover must count in its own crop."""
    weight = trust.float()[:, None, None, None]
    with torch.autocast(pixels.device.type, dtype=torch.bfloat16):
        logits, low = model(pixels.contiguous(memory_format=torch.channels_last), present)
    logits, low = logits.float(), low.float()
    loss = binary_cross_entropy(logits, labels, weight) + dice(logits, labels, (2, 3))
    loss = loss + 0.4 * (binary_cross_entropy(low, labels, weight) + dice(low, labels, (2, 3)))
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 3.0)
    optimiser.step()
    return float(loss.detach())


@torch.no_grad()
def follow(average, model, keep):
    """Moves the mean of the weights, and of what batch norm has seen, towards `model`."""
    for mean, new in zip(average.state_dict().values(), model.state_dict().values()):
        if mean.is_floating_point():
            mean.lerp_(new, 1 - keep)
        else:
            mean.copy_(new)


def save(path, model, average, optimiser, step, elapsed, folder):
    state = {
        "model": model.state_dict(), "average": average.state_dict(), "optimiser": optimiser.state_dict(), "step": step, "elapsed": elapsed,
    }
    torch.save(state, path + ".part")
    os.replace(path + ".part", path)
    target = os.path.join(folder, "vision.pt")
    torch.save({"model": average.state_dict(), "step": step}, target + ".part")
    os.replace(target + ".part", target)


def middle(scene):
    """The scene's middle chip: one look a scene is what there is time for while training (score.py looks at the whole)."""
    rows, columns = (slice(max(0, (n - settings.CHIP) // 2), max(0, (n - settings.CHIP) // 2) + settings.CHIP) for n in scene["valid"].shape)
    return {**scene, **{part: scene[part][..., rows, columns] for part in ("image", "labels", "valid")}}


def watch(model, val, device, folder, step, elapsed):
    """Figures on val beside the best index, at the probability 0.5: to look at while training."""
    judged = judge(lambda pixels, present: model(pixels.to(device), present.to(device))[0].float().cpu(), val)
    with open(os.path.join(folder, "val.csv"), "a", newline="") as file:
        for row in rows(judged):
            csv.writer(file).writerow([step, round(elapsed), *row.values()])
            print("  val " + " ".join(f"{value:.3f}" if isinstance(value, float) else f"{value}" for value in row.values()), flush=True)


if __name__ == "__main__":
    main()
