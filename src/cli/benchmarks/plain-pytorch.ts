import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const SCRIPT = fileURLToPath(new URL('../../../test/bench/vision-pytorch.py', import.meta.url));

/** Where PyTorch may be: the one on the path, and Debian's package. */
const PYTHONS = ['python3', '/usr/bin/python3'];

/**
 * Seconds that the same vision encoder takes, written plainly in PyTorch, with the weights of `checkpoint`; null where
 * PyTorch is not installed.
 */
export async function plainPyTorchVision(
  checkpoint: string,
  threads: number,
  onProgress: (line: string) => void,
): Promise<number | null> {
  const run = promisify(execFile);
  for (const python of PYTHONS) {
    const found = await run(python, ['-c', 'import torch, numpy']).then(
      () => true,
      () => false,
    );
    if (!found) continue;
    onProgress(`plain PyTorch with ${python}`);
    const { stdout } = await run(python, ['-B', SCRIPT, checkpoint, `${threads}`]);
    return Number(stdout.trim());
  }
  onProgress('PyTorch is not installed: no comparison with it');
  return null;
}
