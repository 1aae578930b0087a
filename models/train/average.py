"""The mean of the weights of several states of stage (a): python3 average.py --out work/mean work/pretrain/vision.pt work/further/vision.pt

States that went on from one another differ by scene more than on the whole; their mean is steadier than each (Wortsman et al. 2022,
"Model soups", arXiv 2203.05482).
"""
import argparse
import os

import torch


def average(states):
    """{name: tensor}: mean of the floating point tensors; whole numbers as in the first state."""
    first = states[0]
    return {
        name: torch.stack([state[name] for state in states]).mean(0) if value.is_floating_point() else value for name, value in first.items()
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("states", nargs="+", help="vision.pt files of one size")
    parser.add_argument("--out", required=True)
    arguments = parser.parse_args()
    os.makedirs(arguments.out, exist_ok=True)
    states = [torch.load(path, map_location="cpu")["model"] for path in arguments.states]
    torch.save({"model": average(states), "step": 0}, os.path.join(arguments.out, "vision.pt"))


if __name__ == "__main__":
    main()
