"""The PyTorch model against the golden tensors of the published code. Run: python3 -m unittest test_parity (PARITY_DIR)."""
import json
import os
import unittest

import torch

from model import load_spex
from safetensors_io import read_safetensors

PARITY = os.environ.get("PARITY_DIR", os.path.join(os.path.dirname(__file__), "../../../shared/parity"))


@unittest.skipUnless(os.path.isdir(PARITY), f"no parity kit at {PARITY}: the published tensors were not compared")
class ParityTest(unittest.TestCase):
    def check(self, size):
        folder = os.path.join(PARITY, "spex-tiny")
        golden = {k: torch.from_numpy(v) for k, v in read_safetensors(f"{folder}/golden-{size}.safetensors").items()}
        with open(f"{folder}/golden.json") as file:
            runs = json.load(file)["runs"]
        spex = load_spex(folder)
        with torch.no_grad():
            tokens, mask_features, fine = spex.vision(golden["pixel_values"])
            self.close(tokens, golden["vision_tokens"], 5e-4)
            self.close(mask_features, golden["sam_feature"], 5e-4)
            self.assertIsNone(fine)
            projected = spex.project(tokens)
            self.close(projected, golden["projected"], 5e-4)
            ids = golden["input_ids"][0].tolist()
            at = ids.index(-200)
            embed = spex.model.embed_tokens
            prefix = torch.cat([embed(torch.tensor([ids[:at]])), projected, embed(torch.tensor([ids[at + 1 :]]))], 1)
            self.close(prefix, golden["inputs_embeds"], 5e-4)
            generated, states = spex.generate(prefix, [], 24)
            self.assertEqual(generated, runs[str(size)]["generated_ids"])
            self.close(states, golden["mask_prompt_hidden"][0], 5e-4)
            low, *_ = spex.low_resolution_logits(mask_features, states)
            self.close(low, golden["lowres_logits"][0], 5e-4)

    def close(self, got, expected, tolerance):
        self.assertEqual(tuple(got.shape), tuple(expected.shape))
        self.assertLess(float((got - expected).abs().max()), tolerance)

    def test_64(self):
        self.check(64)

    def test_96(self):
        self.check(96)


if __name__ == "__main__":
    unittest.main()
