"""Stage (b), SPIE instruction tuning: language model, condensation and mask decoder together on frozen vision features.

    python3 tune.py --data work/data work/synthetic --vision work/pretrain/vision.pt --tokenizer work/tokenizer.json --out work/tune --minutes 25

Every step takes one chip and asks for several targets, so that the same picture has to give different masks. The answer is
teacher-forced; the states of its tokens without the end token prompt the mask, as at inference (spex.md 1.7). In a part of the
records the answer is another one of the same target (no text loss then), so that the mask follows image and target and does
not hang on each word. Run again with the same --out to resume.
"""
import argparse
import csv
import math
import os
import random
import time

import numpy as np
import torch
import torch.nn.functional as F

import settings
import wording
from attributes import LOCATIONS, SIZES, format_attributes, size_word
from chips import build_pool
from model import Spex
from pretrain import build
from processes import Processes, start
from shards import load_scenes
from tokenizer import Tokenizer
from wording import TARGETS

# Fine features are large, so the mask loss pulls hard and in every direction: on its own it hides the target from the decoder for
# thousands of steps (measured: 800 steps, one mask for all targets). Beside the distillation it needs little weight, at first and at last:
# the heads have seen every crop of stage (a), the decoder a few hundred chips, and with a weight of 0.3 it learns those by heart
# (temperature 1.7 instead of 1.1).
MASK_WEIGHT = (0.02, 0.06)
# Of foretelling the IoU of a mask: it must not pull at the mask.
IOU_WEIGHT = 0.1
# Of these pixels the IoU that is to be foretold is counted, every so many rows and columns.
IOU_STRIDE = 4
# The loss looks at a window of so many pixels a side: as good a gradient, on average, as the whole chip at a fraction of the time.
MASK_WINDOW = 128
# The first words of an answer ("There is no", "Vegetation covers") hold what was asked and whether it is there, those for sizes, places
# and shares what is said of it; the others are always the same.
FIRST_WORDS, TELLING_WEIGHT = 5, 4.0
# The first part of the time (--reading-first) only practises reading, without an image, which takes a fifth of the time a step; of the rest
# this share of the steps.
READING_LATER = 0.25
# So many of the records are the second question about a scene: its mask is there, and what is said is to be read off the prompt.
OF_MASK = 0.25
# A step that practises which target a question asks for (--naming) takes so many questions at once.
QUESTIONS_AT_ONCE = 48


class Records:
    """Prompts and answers about a chip, in tokens."""

    def __init__(self, tokenizer, seed):
        self.tokenizer, self.random = tokenizer, random.Random(seed)
        words = [word for _, word in SIZES] + ["huge"] + sum(LOCATIONS, []) + [words for _, words in wording.SHARES] + [wording.WHOLE]
        words += ["only", "two", "three", "few", "many", *wording.SIDES, "every", "next"]
        self.telling = {token for words in words for token in tokenizer.encode(f" {words}")}

    def draw(self, chip, other):
        """[(target number, prompt ids, answer ids, weight of each answer token and the end in the text loss, or None)]: every target twice."""
        targets = list(range(len(TARGETS))) * 2
        return [self._one(chip, other, number) for number in targets]

    def _one(self, chip, other, number):
        target = TARGETS[number]
        if self.random.random() < OF_MASK:
            return self._of_mask(chip, number)
        regions = self._attributes(chip, other, target)
        _, after = wording.chat_chunks(wording.question(target, self.random, None if regions is None else format_attributes(regions)))
        share, said = chip["said"][target]
        # whether there is any, and how much, is seen in the image; sizes and places are those of the list, where there is one
        said = (said and regions) or said
        made_up = self.random.random() < 0.2
        if made_up:
            share, said = self.random.random() ** 2, self._made_up_list(self.random.choice([0, 0, 1, 1, 2, 4, 8]))
        answer = self.tokenizer.encode(wording.answer(target, share, said, listed=bool(made_up or regions)))
        return number, self.tokenizer.encode(after), answer, None if made_up else self._weights(answer)

    def _of_mask(self, chip, number):
        """The second question about a scene: what is told stands in the prompt, an empty list and the share of the scene too."""
        target = TARGETS[number]
        share, regions = chip["said"][target]
        _, after = wording.chat_chunks(wording.question_of_mask(target, self.random, format_attributes(regions), share))
        answer = self.tokenizer.encode(wording.answer(target, share, regions))
        return number, self.tokenizer.encode(after), answer, self._weights(answer)

    def reading(self, longest):
        """The same with made-up lists: every word of the answers but the share of the scene stands in the list."""
        most = min(longest, self.random.choice([1, 2, 3, 5, 10, 10]))  # of one length, so that little is padded
        return [self._read(number, self.random.choice([most, most, most, most - 1])) for number in list(range(len(TARGETS))) * 2]

    def _read(self, number, count):
        target, share = TARGETS[number], self.random.random() ** 2
        of_mask = self.random.random() < 0.5
        # a mask without a region is what the model must learn to read, too
        regions = self._made_up_list(0 if of_mask and self.random.random() < 0.1 else count)
        listed = format_attributes(regions)
        share = share if regions else 0.0
        asked = wording.question_of_mask(target, self.random, listed, share) if of_mask else wording.question(target, self.random, listed)
        _, after = wording.chat_chunks(asked)
        answer = self.tokenizer.encode(wording.answer(target, share, regions))
        weights = self._weights(answer)
        if regions and not of_mask:
            first = len(self.tokenizer.encode(wording.before_share(target)))
            unknown = len(self.tokenizer.encode(f" {wording.coverage_words(share)}"))
            weights[first : first + unknown] = [0.1] * unknown  # so much that the words for shares are not forgotten
        return number, self.tokenizer.encode(after), answer, weights

    def naming(self, chip, count):
        """Questions without a list, each with the beginning of its answer: only the name of the target is to be learnt."""
        return [self._name(chip, number) for number in range(len(TARGETS)) for _ in range(count // len(TARGETS))]

    def _name(self, chip, number):
        target = TARGETS[number]
        _, after = wording.chat_chunks(wording.question(target, self.random, None))
        _, regions = chip["said"][target]
        opening, beginning = ("", wording.before_share(target)) if regions else (wording.BEFORE_NONE, f"{wording.BEFORE_NONE} {target}")
        given, answer = len(self.tokenizer.encode(opening)), self.tokenizer.encode(beginning)
        return number, self.tokenizer.encode(after), answer, [0.0] * given + [1.0] * (len(answer) - given) + [0.0]

    def _made_up_list(self, count):
        areas = sorted((math.exp(self.random.uniform(-8.5, -0.7)) for _ in range(count)), reverse=True)
        regions = []
        for area in areas:
            x, y = self.random.random(), self.random.random()
            stretched = math.exp(self.random.gauss(0, 0.5))
            box = [
                [round(min(1, max(0, x + i * stretched * math.sqrt(area) / 2)), 3), round(min(1, max(0, y + j / stretched * math.sqrt(area) / 2)), 3)]
                for i, j in ((-1, -1), (1, -1), (1, 1), (-1, 1))
            ]
            location = LOCATIONS[min(2, int(3 * y))][min(2, int(3 * x))]
            regions.append({"size": size_word(area), "centroid": [round(x, 3), round(y, 3)], "location": location, "box": box})
        return regions

    def _weights(self, answer):
        return [TELLING_WEIGHT if i < FIRST_WORDS or token in self.telling else 1.0 for i, token in enumerate(answer)] + [1.0]

    def _attributes(self, chip, other, target):
        """Mostly the list of the image; sometimes none, a shortened, disturbed or foreign one."""
        draw = self.random.random()
        regions = chip["lists"][target]
        if draw < 0.2:
            return None
        if draw < 0.28:
            return other["lists"][target]
        if draw < 0.33:
            return chip["lists"][self.random.choice(TARGETS)]
        if regions and draw < 0.5:
            return regions[: self.random.randrange(0, len(regions))]
        return regions


def forward(spex, chip, records, before, device, teacher=None, mask_weight=1.0, window=None):
    """(text loss, mask loss, mask logits [n, 1, H, W]) of the records of one chip.

    teacher: (fine head, low head) of pre-training, two linear probes [hidden, targets] that read the target off the answer's mean
    state and off the state before the answer, a third [hidden, 1] that reads off the latter how much of the image is covered, so that the
    states learn to carry it, and the directions and offsets of `likeness`; the mask loss then includes all. None: the published loss alone.
    window: (rows, columns) slices of the chip that the mask loss looks at; None: all of it.
    """
    if "pixels" in chip:
        tokens, mask_features, fine_features = spex.vision(chip["pixels"][None].to(device), chip["present"][None].to(device))
    else:
        tokens, mask_features, fine_features = (chip[name].float().to(device)[None] for name in ("tokens", "mask_features", "fine_features"))
    states, ids = teacher_forced(spex, tokens, records, before)
    text = text_loss(spex, states, ids, records)
    count = len(records)
    span = max(len(answer) for _, _, answer, _ in records)
    answers = states.new_zeros(count, span, states.shape[-1])
    present = torch.zeros(count, span, device=device)
    for row, (_, prompt, answer, _) in enumerate(records):
        answers[row, : len(answer)] = states[row, len(prompt) : len(prompt) + len(answer)]
        present[row, : len(answer)] = 1
    numbers = [number for number, *_ in records]
    low, fine_weights, foretold = spex.low_resolution_logits(mask_features.expand(count, -1, -1, -1), answers, present)
    high = F.interpolate(low, size=fine_features.shape[-2:], mode="bilinear", align_corners=False)
    window = (..., *(window or (slice(None), slice(None))))
    logits = high[window] + torch.einsum("nf,mfhw->nhw", fine_weights, fine_features[window]).unsqueeze(1)
    truth, weight = (chip[part][window].float().to(device)[numbers].unsqueeze(1) for part in ("truth", "weight"))
    mask = mask_loss(logits, truth, weight)
    if teacher is None:
        return text, mask, logits
    fine_head, low_head, answer_target, heard_target, heard_share, *lines = teacher
    real, known = sampled_iou(low, fine_weights, fine_features, *(chip[part].float().to(device)[numbers] for part in ("truth", "weight")))
    foresight = (F.binary_cross_entropy_with_logits(foretold, real, reduction="none") * known).sum() / known.sum().clamp(min=1)
    far = distillation(fine_head, low_head, numbers, low, fine_weights, mask_features)
    mean = (answers * present.unsqueeze(-1)).sum(1) / present.sum(1, keepdim=True)
    heard = torch.stack([states[row, len(prompt) - 1] for row, (_, prompt, *_) in enumerate(records)])
    asked = torch.tensor(numbers, device=device)
    told = F.cross_entropy(mean @ answer_target, asked) + F.cross_entropy(heard @ heard_target, asked)
    covered = torch.tensor([chip["said"][TARGETS[number]][0] for number in numbers], device=device)
    told = told + 2 * F.binary_cross_entropy_with_logits((heard @ heard_share)[:, 0], covered)
    return text, far + IOU_WEIGHT * foresight + 0.3 * (told + likeness(spex, tokens, chip, lines)) + mask_weight * mask, logits


def likeness(spex, tokens, chip, lines):
    """How far a projected image token is from telling which share of its cell each target covers, along the row of the target's name.

    So a word that was read finds what it names by attention; without it "is there any" was not learnt from the image in thousands of steps.
    """
    names, slope, offset = lines
    side = math.isqrt(tokens.shape[1])
    truth, weight = (chip[part].float().to(tokens.device) for part in ("truth", "weight"))
    seen = F.adaptive_avg_pool2d(weight, side)
    covered = F.adaptive_avg_pool2d(weight * truth, side) / seen.clamp(min=1e-3)
    logits = spex.project(tokens)[0] @ names * slope + offset
    return F.binary_cross_entropy_with_logits(logits, covered.flatten(1).t(), seen.flatten(1).t())


def read(spex, chip, records, before, device):
    """Text loss of records whose answers stand in the prompt. Nothing is learnt from the image before them; chip None: there is none."""
    tokens = torch.zeros(1, 0, spex.model.mm_projector[0].in_features) if chip is None else chip["tokens"].float()[None]
    states, ids = teacher_forced(spex, tokens.to(device), records, before, learn_image=False)
    return text_loss(spex, states, ids, records)


def teacher_forced(spex, tokens, records, before, learn_image=True):
    """(states [n, L − 1, hidden], ids [n, L]) of prompt, answer and end of each record behind the same image, padded."""
    embed, count = spex.model.embed_tokens, len(records)
    with torch.set_grad_enabled(learn_image and torch.is_grad_enabled()):
        start = embed(torch.tensor([before], device=tokens.device))
        _, cache = spex.model(torch.cat([start, spex.project(tokens)], 1))
    cache = [(k.expand(count, -1, -1, -1), v.expand(count, -1, -1, -1)) for k, v in cache]
    rows = [prompt + answer + [spex.end_id] for _, prompt, answer, _ in records]
    length = max(map(len, rows))
    ids = torch.tensor([row + [0] * (length - len(row)) for row in rows], device=tokens.device)
    states, _ = spex.model(embed(ids[:, :-1]), cache)
    return states, ids


def text_loss(spex, states, ids, records):
    losses = []
    for row, (_, prompt, answer, weights) in enumerate(records):
        if weights:
            # the state before each answer token predicts it; the last one predicts the end
            first, last = len(prompt) - 1, len(prompt) + len(answer)
            logits = states[row, first:last] @ spex.model.embed_tokens.weight.t()
            each = F.cross_entropy(logits, ids[row, first + 1 : last + 1], reduction="none")
            weight = each.new_tensor(weights)
            losses.append((each * weight).sum() / weight.sum())
    return torch.stack(losses).mean() if losses else states.sum() * 0


def distillation(fine_head, low_head, numbers, low, fine_weights, mask_features):
    """How far the decoder is from the heads of the pre-training stage, which read each target off the same features.

    The fine hypernetwork has to give the head's weights of the asked target, the low-resolution logits what the other head
    gives. The mask loss alone finds this too, but needs many times the steps.
    """
    wanted = fine_head.weight[:, :, 0, 0].detach()[numbers]
    fine = F.smooth_l1_loss(fine_weights / wanted.std(), wanted / wanted.std())
    with torch.no_grad():
        given = low_head(mask_features) + fine_head.bias[None, :, None, None]
        given = F.interpolate(given, size=low.shape[-2:], mode="bilinear", align_corners=False)[0][numbers].unsqueeze(1)
    return fine + F.smooth_l1_loss(low, given)


@torch.no_grad()
def sampled_iou(low, fine_weights, fine_features, truth, weight):
    """(IoU [n] of the masks at the probability 0.5, 1 where a label judges enough to tell [n]), from a grid of pixels.

    Where there is nothing and nothing was marked, the mask is right: 1. low [n, 1, h, w]; truth, weight [n, H, W].
    """
    fine, truth, weight = fine_features[..., ::IOU_STRIDE, ::IOU_STRIDE], truth[:, ::IOU_STRIDE, ::IOU_STRIDE], weight[:, ::IOU_STRIDE, ::IOU_STRIDE]
    logits = F.interpolate(low, size=truth.shape[-2:], mode="bilinear", align_corners=False)[:, 0] + torch.einsum("nf,mfhw->nhw", fine_weights, fine)
    # what only stage (a) has an opinion on weighs 0.25
    judged = weight > 0.3
    mask, there = (logits > 0) & judged, (truth > 0.5) & judged
    union = (mask | there).sum((1, 2))
    iou = torch.where(union > 0, (mask & there).sum((1, 2)) / union.clamp(min=1), 1.0)
    return iou, (judged.float().mean((1, 2)) > 0.2).float()


def mask_loss(logits, truth, weight):
    """2 BCE + Dice as published, at chip size, weighted by how far a pixel is judged."""
    entropy = (F.binary_cross_entropy_with_logits(logits, truth, reduction="none") * weight).sum((1, 2, 3))
    entropy = (entropy / weight.sum((1, 2, 3)).clamp(min=1)).mean()
    p = logits.sigmoid()
    overlap = (weight * p * truth).sum((1, 2, 3))
    size = (weight * (p * p + truth * truth)).sum((1, 2, 3))
    present = ((truth > 0.5).float().sum((1, 2, 3)) > 20).float()
    dice = ((1 - 2 * overlap / (size + 2e-3)) * present).sum() / present.sum().clamp(min=1)
    return 2 * entropy + dice


def initial(config, segmenter, tokenizer, seed):
    torch.manual_seed(seed)
    spex = Spex(config)
    spex.vision.load_state_dict(segmenter.vision.state_dict())
    for name, parameter in spex.model.layers.named_parameters():
        if parameter.ndim > 1:
            torch.nn.init.normal_(parameter, std=0.04 if "down_proj" in name or "o_proj" in name else 0.07)
    decoder = spex.model.vision_tower.mask_decoder
    for network in (decoder.output_hypernetworks_mlps[0], decoder.fine_hypernetwork):
        torch.nn.init.normal_(network.proj_out.weight, std=0.005)
    # a coordinate is a number before anything is learnt: near values start with near rows
    embedding = spex.model.embed_tokens.weight.data
    rows_of_values = tokenizer.coordinate_rows()
    value = torch.linspace(0, 1, len(rows_of_values[0]))[:, None]
    waves = torch.cat([f(math.pi * frequency * value) for frequency in (1, 2, 4, 8, 16) for f in (torch.sin, torch.cos)], 1)
    for rows in rows_of_values:
        embedding[rows] = waves @ torch.randn(waves.shape[1], embedding.shape[1]) * 0.02 / math.sqrt(waves.shape[1] / 2)
    fresh_words(embedding, tokenizer)
    # random Fourier features of low frequency: a map of up to 32 x 32 positions
    spex.model.vision_tower.sampromptencoder.shared_embedding.positional_embedding.normal_()
    return spex


def fresh_words(embedding, tokenizer):
    """Gives the words for sizes and places new, distinct rows, and their forms in a list, behind a quote, the same rows plus a common shift.

    A copy from the list to the answer, behind a space, is then a copy. Where answers cannot be foreseen, the rows of the words that fit
    drift into one (cosines of 0.8-0.97 were seen), after which nothing can be read any more (measured: places at chance after 1,000 steps,
    after this right in 300).
    """
    width = embedding.shape[1]
    shift = torch.randn(width) * 0.8 / math.sqrt(width)
    for words in ([word for _, word in SIZES] + ["huge"], sum(LOCATIONS, [])):
        listed, answered = ([tokenizer.encode(before + word) for word in words] for before in ("", " "))
        first = sorted({ids[0] for ids in answered})
        for rows in (first, sorted({row for ids in answered for row in ids[1:]} - set(first))):
            embedding[rows] = embedding[rows].mean(0) + torch.randn(len(rows), width) * 1.4 / math.sqrt(width)
        for at_quote, at_space in zip(listed, answered):
            embedding[at_quote[0]] = embedding[at_space[0]] + shift


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", nargs="+", required=True)
    parser.add_argument("--vision", required=True)
    parser.add_argument("--tokenizer", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--minutes", type=float, default=25, help="of training, without the pool")
    parser.add_argument("--pool", type=int, default=500, help="chips, of all processes together")
    parser.add_argument("--rate", type=float, default=1.5e-3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2, help="on the CPU, one a core; a GPU takes one")
    parser.add_argument("--reading-first", type=float, default=0.55, help="share of the time, 0-1, that only practises reading lists")
    parser.add_argument("--naming", type=float, default=0.2, help="share of the practising steps, 0-1, that practise what a question asks for instead")
    parser.add_argument("--scales", type=int, default=4, choices=(1, 4), help="as in pretrain.py")
    parser.add_argument("--train-vision", action="store_true", help="the ablation without pre-training: vision learns here")
    parser.add_argument("--start", help="tune.pt whose language model and mask decoder to go on with")
    parser.add_argument("--keep-masks", action="store_true", help="with --start: keep its mask decoder too")
    arguments = parser.parse_args()
    os.makedirs(arguments.out, exist_ok=True)
    start(train, arguments)


def train(process, processes, arguments):
    together = Processes(process, processes, arguments.out)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    tokenizer = Tokenizer.load(arguments.tokenizer)
    vision = {**settings.VISION, "scales": arguments.scales}
    segmenter = build(arguments.seed, vision, imagenet=False)
    segmenter.load_state_dict(torch.load(arguments.vision, map_location="cpu")["model"])
    segmenter.to(device).eval()
    config = settings.compact_config(tokenizer.special_ids, vision)
    spex = initial(config, segmenter, tokenizer, arguments.seed)
    if arguments.start:
        weights = torch.load(arguments.start, map_location="cpu")["weights"]
        kept = {k: v for k, v in weights.items() if "vision_model" not in k and (arguments.keep_masks or "vision_tower" not in k)}
        spex.load_state_dict(kept, strict=False)
    spex.to(device)
    probes = [torch.nn.Parameter(torch.randn(config["hidden_size"], width, device=device) * 0.1) for width in (len(TARGETS), len(TARGETS), 1)]
    names = torch.stack([spex.model.embed_tokens.weight[tokenizer.encode(f" {target}")].mean(0) for target in TARGETS], 1).detach()
    names = F.normalize(names - names.mean(1, keepdim=True), dim=0)
    lines = [torch.nn.Parameter(torch.full((len(TARGETS),), value, device=device)) for value in (1.0, -1.0)]
    teacher = None if arguments.train_vision else (segmenter.fine_head, segmenter.low_head, *probes, names, *lines)
    spex.end_id = tokenizer.special_ids["<|im_end|>"]
    began = time.time()
    pool = build_pool(
        load_scenes(arguments.data, "train"), None if arguments.train_vision else segmenter, arguments.pool // processes,
        [arguments.seed + 100, process], device,
    )
    print(f"{len(pool)} chips in {time.time() - began:.0f} s", flush=True)
    frozen = set() if arguments.train_vision else {id(p) for p in spex.vision.parameters()}
    trained = [p for p in spex.parameters() if id(p) not in frozen] + probes + lines
    for parameter in spex.vision.parameters():
        parameter.requires_grad_(arguments.train_vision)
    optimiser = torch.optim.AdamW(
        [{"params": [p for p in trained if p.ndim > 1], "weight_decay": 0.01}, {"params": [p for p in trained if p.ndim <= 1], "weight_decay": 0.0}],
        lr=arguments.rate, betas=(0.9, 0.98),
    )
    step, elapsed = 0, 0.0
    last = os.path.join(arguments.out, "last.pt")
    if os.path.exists(last):
        saved = torch.load(last, map_location=device)
        spex.load_state_dict(saved["weights"])
        optimiser.load_state_dict(saved["optimiser"])
        step, elapsed = saved["step"], saved["elapsed"]
    records = Records(tokenizer, (arguments.seed * 1000 + step) * 64 + process)
    before = tokenizer.encode(wording.chat_chunks("")[0])
    picks = np.random.default_rng(arguments.seed * 1000 + step)
    # what kind of step comes next must be the same in all processes; how much `picks` gives depends on the chips
    kinds = np.random.default_rng(arguments.seed * 1000 + step)
    log = csv.writer(open(os.path.join(arguments.out, "log.csv"), "a", 1, newline=""))
    budget, sums, next_save = arguments.minutes * 60, [], elapsed + 240
    warm_up = min(60.0, budget * 0.1)
    # held out for the temperature: training scenes, but never in a gradient of this stage
    held, pool = pool[: len(pool) // 6], pool[len(pool) // 6 :]
    # the same draw gives every process a chip of about the same size, so that none waits for another
    pool.sort(key=lambda chip: chip["truth"].shape[-1])
    spex.train()
    while True:
        elapsed += together.passed()
        if elapsed >= budget:
            break
        factor = min(1.0, elapsed / warm_up + 0.02) * (0.5 + 0.5 * np.cos(np.pi * min(1.0, elapsed / budget))) + 0.01
        for group in optimiser.param_groups:
            group["lr"] = float(arguments.rate * factor)
        chip = pool[picks.integers(len(pool))]
        other = pool[picks.integers(len(pool))]
        alone = teacher is not None and elapsed < arguments.reading_first * budget
        practise = alone or (teacher is not None and kinds.random() < READING_LATER)
        side = chip["truth"].shape[-1]
        corner = picks.integers(0, max(1, side - MASK_WINDOW + 1), 2)
        window = tuple(slice(int(at), int(at) + MASK_WINDOW) for at in corner)
        mask_weight = MASK_WEIGHT[0] + (MASK_WEIGHT[1] - MASK_WEIGHT[0]) * max(0.0, 2 * elapsed / budget - 1)
        if practise:
            # what is to be found first is where words stand; which region they belong to is learnt on top of that
            longest = 1 if elapsed < 0.2 * arguments.reading_first * budget else 10
            if kinds.random() < arguments.naming:
                loss = read(spex, chip, records.naming(chip, QUESTIONS_AT_ONCE), before, device)
            else:
                loss = read(spex, None if alone else chip, records.reading(longest), before, device)
            sums.append((float(loss.detach()), None, None))
        else:
            text, mask, _ = forward(spex, chip, records.draw(chip, other), before, device, teacher, mask_weight, window)
            loss = text + mask
            sums.append((None, float(text.detach()), float(mask.detach())))
        loss.backward()
        together.average(trained)
        step += 1
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        if process > 0:
            continue
        if step % 50 == 0:
            read_mean, text_mean, mask_mean = (np.mean([value for value in column if value is not None] or [np.nan]) for column in zip(*sums))
            log.writerow([step, round(elapsed), f"{read_mean:.4f}", f"{text_mean:.4f}", f"{mask_mean:.4f}"])
            print(f"step {step} minute {elapsed / 60:.1f} read {read_mean:.3f} text {text_mean:.3f} mask {mask_mean:.3f}", flush=True)
            sums = []
        if elapsed > next_save:
            next_save = elapsed + 240
            save(arguments.out, spex, config, optimiser, step, elapsed)
    if process > 0:
        return
    spex.eval()
    temperature = calibrate(spex, held, Records(tokenizer, 7), before, device)
    print(f"temperature {temperature:.3f}", flush=True)
    save(arguments.out, spex, config, optimiser, step, elapsed, temperature)


@torch.no_grad()
def calibrate(spex, held, records, before, device):
    """The temperature: the divisor of the logits that makes the held-out likelihood largest (Guo et al. 2017, arXiv 1706.04599)."""
    parts = []
    for chip in held:
        drawn = records.draw(chip, chip)[: len(TARGETS)]
        _, _, predicted = forward(spex, chip, drawn, before, device)
        for row, (number, *_) in enumerate(drawn):
            judged = torch.nonzero((chip["weight"][number] > 0.3).flatten())[:, 0]
            if len(judged) == 0:
                continue
            sample = judged[torch.randperm(len(judged), generator=torch.Generator().manual_seed(1))[:3000]]
            parts.append((predicted[row, 0].cpu().flatten()[sample], chip["truth"][number].float().flatten()[sample]))
    if not parts:
        return 1.0
    logits, truth = (torch.cat([part[i] for part in parts]) for i in (0, 1))
    candidates = torch.linspace(0.5, 4, 141)
    losses = [float(F.binary_cross_entropy_with_logits(logits / t, truth)) for t in candidates]
    return float(candidates[int(np.argmin(losses))])


def save(folder, spex, config, optimiser, step, elapsed, temperature=1.0):
    weights = spex.state_dict()
    for name, content in (
        ("last.pt", {"weights": weights, "optimiser": optimiser.state_dict(), "step": step, "elapsed": elapsed}),
        ("tune.pt", {"weights": weights, "config": config, "temperature": temperature, "step": step}),
    ):
        path = os.path.join(folder, name)
        torch.save(content, path + ".part")
        os.replace(path + ".part", path)


if __name__ == "__main__":
    main()
