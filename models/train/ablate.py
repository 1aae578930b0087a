"""Ablations under equal budgets: the paper's (without pre-training, with one scale instead of four), and without ImageNet.

    python3 ablate.py --data work/data work/synthetic --tokenizer work/tokenizer.json --out work/ablate --minutes-a 8 --minutes-b 5

Trains `full`, `no-imagenet` (the trunk starts from random weights), `no-pretraining` (stage b on random vision, whose budget a goes to stage b) and `one-scale`, exports each and
scores it with score.py.
"""
import argparse
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def run(script, *arguments):
    command = [sys.executable, os.path.join(HERE, script), *map(str, arguments)]
    print(" ".join(command), flush=True)
    subprocess.run(command, check=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", nargs="+", required=True)
    parser.add_argument("--tokenizer", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--minutes-a", type=float, default=8)
    parser.add_argument("--minutes-b", type=float, default=5)
    parser.add_argument("--pool", type=int, default=200)
    parser.add_argument("--every", type=int, default=4)
    arguments = parser.parse_args()
    a, b = arguments.minutes_a, arguments.minutes_b
    for name, scales, minutes_a, minutes_b, first, second in (
        ("full", 4, a, b, [], []),
        ("no-imagenet", 4, a, b, ["--no-imagenet"], []),
        ("no-pretraining", 4, 0, a + b, [], ["--train-vision"]),
        ("one-scale", 1, a, b, [], []),
    ):
        folder = os.path.join(arguments.out, name)
        run("pretrain.py", "--data", *arguments.data, "--out", f"{folder}/pretrain", "--minutes", minutes_a, "--scales", scales, "--val-minutes", 0, *first)
        run(
            "tune.py", "--data", *arguments.data, "--vision", f"{folder}/pretrain/vision.pt", "--tokenizer", arguments.tokenizer,
            "--out", f"{folder}/tune", "--minutes", minutes_b, "--pool", arguments.pool, "--scales", scales, "--reading-first", 0, *second,
        )
        run("export.py", "--weights", f"{folder}/tune/tune.pt", "--tokenizer", arguments.tokenizer, "--out", f"{folder}/checkpoint")
        run("score.py", "--checkpoint", f"{folder}/checkpoint", "--data", arguments.data[0], "--out", f"{folder}/score.csv", "--every", arguments.every)


if __name__ == "__main__":
    main()
