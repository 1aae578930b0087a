"""Parts of the recipe against values worked out by hand. Run: python3 -m unittest test_recipe."""
import math
import os
import random
import types
import unittest

import numpy as np
import torch

import score
import settings
import tune
import wording
from attributes import LOCATIONS
from average import average
from synthesise import ID, TABLE, paint
from tokenizer import Tokenizer

PACK = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../spex-compact")


class SynthesiseTest(unittest.TestCase):
    def test_a_seed_gives_one_scene(self):
        (first, labels, gsd), (again, same, _), (other, _, _) = paint(5), paint(5), paint(6)
        self.assertTrue(np.array_equal(first, again) and np.array_equal(labels, same))
        self.assertFalse(np.array_equal(first, other))
        self.assertEqual((first.shape, labels.shape), ((6, 192, 192), (3, 192, 192)))
        self.assertTrue(0.25 <= gsd <= 30)

    def test_labels_are_what_the_spectra_say(self):
        for lagoons in (0.0, 1.0):
            ndvi = {"vegetation": [], "water": []}
            for seed in range(8):
                values, (vegetation, water, building), _ = paint(seed, lagoons=lagoons)
                self.assertFalse(np.any((vegetation == 1) & (water == 1) | (water == 1) & (building == 1) | (vegetation == 1) & (building == 1)))
                index = (values[3] - values[2]) / np.maximum(values[3] + values[2], 1e-3)
                ndvi["vegetation"].append(index[vegetation == 1])
                ndvi["water"].append(index[water == 1])
            # Sobrino et al. 2004: bare ground below 0.2; over water the red exceeds the near infrared
            self.assertGreater(np.quantile(np.concatenate(ndvi["vegetation"]), 0.1), 0.2)
            self.assertLess(np.quantile(np.concatenate(ndvi["water"]), 0.7), 0.0)

    def test_in_a_lagoon_canopies_are_as_dark_as_water(self):
        visible = {"trees": [], "water": []}
        for seed in range(40, 52):
            values, labels, _ = paint(seed, fine=1.0, lagoons=1.0)
            visible["trees"].append(values[:3].mean(0)[labels[0] == 1])
            visible["water"].append(values[:3].mean(0)[labels[1] == 1])
        trees, water = (np.median(np.concatenate(visible[name])) for name in ("trees", "water"))
        self.assertLess(abs(math.log(trees / water)), math.log(2.5))
        # and not much greener: the mangrove of Avicennia is grey
        blue, green, red = TABLE[ID["grey_mangrove"]][:3]
        self.assertLess(green / max(blue, red), 1.2)


class ThresholdTest(unittest.TestCase):
    def test_half_the_best_f1_that_is_promised(self):
        # of the valid ones Σp = 1. One marked: 2·0.9 / (1 + 1) = 0.9, both: 2·1 / (2 + 1) = 0.67; so the threshold is 0.45
        logits = np.array([math.log(p / (1 - p)) * 2 for p in (0.1, 0.9, 0.44, 0.46)])
        valid = np.array([True, True, False, False])
        self.assertEqual(score.mask(logits, valid, 2, 0.05).tolist(), [False, True, False, True])
        # unless the least that is allowed lies above it
        self.assertEqual(score.mask(logits, valid, 2, 0.5).tolist(), [False, True, False, False])


class AverageTest(unittest.TestCase):
    def test_mean_of_weights_and_first_of_counts(self):
        states = [{"w": torch.tensor([1.0, 4.0]), "n": torch.tensor(3)}, {"w": torch.tensor([2.0, -4.0]), "n": torch.tensor(8)}]
        mean = average(states)
        self.assertEqual((mean["w"].tolist(), mean["n"].item()), ([1.5, 0.0], 3))


class FreshWordsTest(unittest.TestCase):
    def test_words_are_told_apart_and_a_list_differs_by_one_shift(self):
        torch.manual_seed(1)
        tokenizer = Tokenizer.load(os.path.join(PACK, "tokenizer.json"))
        # one direction for all, as in a model whose words have drifted into each other
        embedding = torch.ones(settings.VOCABULARY, 192) / 14
        tune.fresh_words(embedding, tokenizer)
        words = sum(LOCATIONS, [])
        answered = torch.stack([embedding[tokenizer.encode(f" {word}")[0]] for word in words])
        listed = torch.stack([embedding[tokenizer.encode(word)[0]] for word in words])
        shifts = listed - answered
        self.assertLess(float((shifts - shifts[0]).abs().max()), 1e-6)
        first = sorted({tokenizer.encode(f" {word}")[0] for word in words})
        rows = embedding[first] - embedding[first].mean(0)
        cosines = torch.nn.functional.normalize(rows, dim=1) @ torch.nn.functional.normalize(rows, dim=1).t()
        self.assertLess(float((cosines - torch.eye(len(first))).max()), 0.5)


class QuestionsTest(unittest.TestCase):
    def test_a_slip_of_the_finger_touches_one_place_of_a_long_word(self):
        seen = {wording.slip("of lakes", random.Random(seed)) for seed in range(200)}
        self.assertTrue({"of laks", "of lakkes", "of lkaes"} <= seen)
        self.assertTrue(all(text.startswith("of l") and 7 <= len(text) <= 9 for text in seen))
        self.assertEqual(wording.slip("the sea?", random.Random(1)), "the sea?")

    def test_naming_learns_the_name_of_what_was_asked_alone(self):
        tokenizer = Tokenizer.load(os.path.join(PACK, "tokenizer.json"))
        region = {"size": "small"}
        chip = {"said": {"vegetation": (0.2, [region]), "water": (0.0, []), "building": (0.1, [region])}}
        learnt = {target: set() for target in wording.TARGETS}
        for number, _, answer, weights in tune.Records(tokenizer, 5).naming(chip, 30):
            self.assertEqual(len(weights), len(answer) + 1)  # the end, of which nothing is learnt
            learnt[wording.TARGETS[number]].add(tokenizer.decode([token for token, weight in zip(answer, weights) if weight]))
        # whether there is any is not to be learnt from this: it is taken as known
        self.assertEqual(learnt, {"vegetation": {"Vegetation covers"}, "water": {" water"}, "building": {"Building area covers"}})

    def test_what_is_said_of_a_mask_stands_in_the_prompt(self):
        tokenizer = Tokenizer.load(os.path.join(PACK, "tokenizer.json"))
        box = [[0.1, 0.1], [0.2, 0.1], [0.2, 0.2], [0.1, 0.2]]
        region = {"size": "small", "centroid": [0.15, 0.15], "location": "top-left", "box": box}
        chip = {"said": {"vegetation": (0.27219, [region]), "water": (0.0, []), "building": (0.001, [region])}}
        records = tune.Records(tokenizer, 5)
        prompts = [tokenizer.decode(records._of_mask(chip, 0)[1]) for _ in range(30)]
        listed = "[{'Size of area': 'small', 'Centroid': [0.15, 0.15], 'Location': 'top-left'"
        self.assertTrue(all(listed in prompt and "\nShare of the scene: [0.272]" in prompt for prompt in prompts))
        _, prompt, answer, weights = records._of_mask(chip, 1)
        self.assertIn("[]\nShare of the scene: [0.0]", tokenizer.decode(prompt))
        self.assertEqual(tokenizer.decode(answer), "There is no water in this scene.")
        self.assertEqual(len(weights), len(answer) + 1)
        # the share is one token, like a coordinate
        self.assertEqual(len(tokenizer.encode("[0.272]")), 2)
        reads = [records._read(0, 2) for _ in range(60)]
        shares = [weights for _, prompt, _, weights in reads if "Share of the scene" in tokenizer.decode(prompt)]
        self.assertTrue(10 < len(shares) < 50 and all(min(weights) == 1 for weights in shares))

    def test_no_word_stands_for_two_targets(self):
        words = sum((list(dict.fromkeys(words)) for words in wording.WORDS.values()), [])
        self.assertEqual(len(words), len(set(words)))


class LikenessTest(unittest.TestCase):
    def test_entropy_of_the_shares_along_the_names(self):
        # four cells, one target; its name is the first axis
        spex = types.SimpleNamespace(project=lambda tokens: tokens)
        truth = torch.zeros(1, 4, 4)
        truth[:, :2, :2] = 1
        chip = {"truth": truth, "weight": torch.ones(1, 4, 4)}
        lines = (torch.tensor([[1.0], [0.0]]), torch.tensor([2.0]), torch.tensor([-1.0]))
        told = torch.tensor([[[1.0, 9], [0, 9], [0, 9], [0, 9]]])
        # logits 2·1 − 1 = 1 and −1: every cell costs log(1 + e⁻¹)
        self.assertAlmostEqual(float(tune.likeness(spex, told, chip, lines)), math.log(1 + math.exp(-1)), places=5)
        # one cell wrong in each direction: two cost log(1 + e)
        moved = told[:, [1, 0, 2, 3]]
        self.assertAlmostEqual(float(tune.likeness(spex, moved, chip, lines)), math.log(1 + math.exp(-1)) + 0.5, places=5)
        # what is not judged costs nothing
        chip["weight"] = torch.zeros(1, 4, 4)
        self.assertEqual(float(tune.likeness(spex, moved, chip, lines)), 0)


class ForesightTest(unittest.TestCase):
    def test_iou_of_what_is_judged_on_a_grid(self):
        # two masks of 8 x 8 pixels, seen at every fourth: rows and columns 0 and 4
        truth = torch.zeros(2, 8, 8)
        truth[0, :, :4] = 1
        weight = torch.ones(2, 8, 8)
        fine = torch.ones(1, 1, 8, 8)
        low = torch.full((2, 1, 2, 2), -1.0)
        # the first mask marks its upper half: one pixel of two is right, one is wrong, of three in the union
        fine[..., :4, :] = 3.0
        iou, known = tune.sampled_iou(low, torch.tensor([[0.5], [0.0]]), fine, truth, weight)
        self.assertAlmostEqual(float(iou[0]), 1 / 3, places=6)
        # nothing there and nothing marked is right
        self.assertEqual((float(iou[1]), known.tolist()), (1.0, [1.0, 1.0]))
        # an opinion is no label
        self.assertEqual(tune.sampled_iou(low, torch.zeros(2, 1), fine, truth, weight * 0.25)[1].tolist(), [0.0, 0.0])


if __name__ == "__main__":
    unittest.main()
