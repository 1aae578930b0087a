"""The pretrained trunk, the picture that it is shown and the crops that it learns from. Run: python3 -m unittest test_trunk."""
import os
import unittest

import numpy as np
import torch

from augment import SHARES, CropSampler, cells
from efficientnet import EfficientNetLite, SameConv2d, stages, widths
from model import load_spex
from places import TEST, VAL, split_of
from safetensors_io import read_safetensors
from vision import picture

FIXTURE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../test/fixtures/pretrained-tiny")


class TrunkTest(unittest.TestCase):
    def test_sizes_are_the_published_ones(self):
        # of the table in the repository of EfficientNet-Lite
        self.assertEqual([(repeats, output) for repeats, _, _, _, output in stages("efficientnet-lite2")], [(1, 16), (3, 24), (3, 48), (4, 88), (4, 120), (5, 208), (1, 352)])
        self.assertEqual(widths("efficientnet-lite0"), [16, 24, 40, 112, 320])
        # 4,652,008 as published, less the last convolution with its norm and the classifier
        parameters = sum(p.numel() for p in EfficientNetLite("efficientnet-lite0").parameters())
        self.assertEqual(parameters, 4_652_008 - (320 * 1280 + 2 * 1280) - (1280 * 1000 + 1000))

    def test_maps_have_strides_2_to_32(self):
        maps = EfficientNetLite("efficientnet-lite0", 0.05)(torch.zeros(1, 3, 64, 96), torch.zeros(1, 32, 32, 48))
        self.assertEqual([tuple(m.shape[2:]) for m in maps], [(32, 48), (16, 24), (8, 12), (4, 6), (2, 3)])

    def test_pads_as_tensorflow_does(self):
        conv = SameConv2d(1, 1, 3, 2, bias=False)
        torch.nn.init.ones_(conv.weight)
        # of a row of four ones: windows from 0 to 2 and from 2 to 4, of which the last lies outside
        self.assertEqual(conv(torch.ones(1, 1, 4, 4))[0, 0].tolist(), [[9, 6], [6, 4]])

    def test_the_golden_chip_comes_out_again(self):
        golden = {name: torch.from_numpy(value) for name, value in read_safetensors(f"{FIXTURE}/golden.safetensors").items()}
        spex = load_spex(FIXTURE)
        with torch.no_grad():
            tokens, mask_features, fine = spex.vision(golden["pixels"], golden["band_present"])
        for ours, name in ((tokens, "vision_tokens"), (mask_features, "mask_features"), (fine, "fine_features")):
            self.assertLess(float((ours - golden[name]).abs().max()), 1e-4)


class PictureTest(unittest.TestCase):
    def shown(self, value, present=(1, 1, 1)):
        """The middle of a chip of one value, before the normalisation."""
        chip = torch.full((1, 3, 64, 64), value)
        return (picture(chip, torch.tensor([present]).float())[0, :, 32, 32] * 128 + 127) / 255

    def test_white_is_at_0_8(self):
        for value, expected in ((0.3, 0.8), (0.1, 0.4), (0.8, 0.8), (1.0, 1.0)):
            self.assertTrue(torch.allclose(self.shown(value), torch.full((3,), expected), atol=1e-6), value)

    def test_a_missing_band_is_grey(self):
        self.assertTrue(torch.allclose(self.shown(0.3, (0, 1, 1)), torch.tensor([127 / 255, 0.8, 0.8]), atol=1e-6))

    def test_single_bright_blocks_are_no_white(self):
        chip = torch.full((1, 3, 64, 64), 0.2)
        chip[..., :8, :8] = 1.0  # one of 64 blocks; the second brightest counts
        self.assertAlmostEqual(float(picture(chip, torch.ones(1, 3))[0, 0, 32, 32] * 128 + 127) / 255, 0.8, places=5)
        chip[..., :8, 8:16] = 0.4
        self.assertAlmostEqual(float(picture(chip, torch.ones(1, 3))[0, 0, 32, 32] * 128 + 127) / 255, 0.4, places=5)


class PlacesTest(unittest.TestCase):
    def test_no_place_is_on_two_sides(self):
        self.assertFalse([place for place in TEST if place.startswith(VAL)] + [place for place in VAL if place.startswith(TEST)])
        self.assertEqual(split_of({"id": "mbrsc_dubai/tile4_003", "split": "train"}), "test")
        self.assertEqual(split_of({"id": "mbrsc_dubai/tile1_003", "split": "train"}), "train")
        self.assertEqual(split_of({"id": "naip_california_more/bishop_2020_03", "split": "train"}), "val")


def scene(source, resolution, water):
    """A scene of 64 x 64 whose left part is water and whose rest is not."""
    labels = np.full((3, 64, 64), 255, np.uint8)
    labels[1] = 0
    labels[1, :, :water] = 1
    return {
        "source": source, "id": f"{source}/x", "resolution": resolution, "kind": "display", "trust": 1.0, "labels": labels, "valid": np.ones((64, 64), bool),
        "image": np.full((6, 64, 64), 90, np.uint8), "present": np.array([1, 1, 1, 0, 0, 0], np.float32),
    }


class CropsTest(unittest.TestCase):
    scenes = [scene("rivers", "high", 20), scene("streets", "high", 0), scene("lakes", "medium", 64)]

    def test_scenes_stand_where_they_are_judged(self):
        found = cells(self.scenes)
        self.assertEqual(set(found), {("high", "water"), ("medium", "water")})
        there, absent = found["high", "water"]
        self.assertEqual((list(there), list(absent)), (["rivers"], ["streets"]))
        hardly_judged = scene("roofs", "high", 0)
        hardly_judged["labels"][1, :, 30:] = 255
        self.assertEqual(list(cells([*self.scenes, hardly_judged])["high", "water"][1]), ["streets"])

    def test_covers_are_drawn_as_the_shares_say(self):
        sampler = CropSampler(self.scenes, 1)
        drawn = [sampler.draw() for _ in range(4000)]
        medium = np.mean([one["source"] == "lakes" for one, _ in drawn])
        expected = SHARES["medium", "water"] / (SHARES["medium", "water"] + SHARES["high", "water"])
        self.assertAlmostEqual(medium, expected, delta=0.03)
        # a scene without water is drawn for its absence
        self.assertEqual({target for one, target in drawn if one["source"] == "streets"}, {None})
        self.assertEqual({target for one, target in drawn if one["source"] != "streets"}, {1})

    def test_a_crop_shows_what_it_was_drawn_for(self):
        sampler = CropSampler([scene("rivers", "high", 20)], 2)
        shares = [float((sampler.crop(32)[2][1] == 1).float().mean()) for _ in range(20)]
        self.assertGreater(sum(share > 0 for share in shares), 17)


if __name__ == "__main__":
    unittest.main()
