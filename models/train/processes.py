"""Training in step on several cores."""
import os
import signal
import time

import torch
import torch.distributed as dist
import torch.multiprocessing


def start(train, arguments):
    """Calls train(process, processes, arguments) in `arguments.processes` processes; a GPU takes one."""
    if torch.cuda.is_available() or arguments.processes == 1:
        train(0, 1, arguments)
    else:
        # each would start threads of its own, and OpenBLAS's wait for work by spinning
        os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1")
        # PyTorch lets the processes end with this one by an interrupt, which a command in the background of a script ignores
        signal.signal(signal.SIGINT, signal.default_int_handler)
        torch.multiprocessing.spawn(train, args=(arguments.processes, arguments), nprocs=arguments.processes)


class Processes:
    """Training in step on several cores, a process each: two single-threaded processes do a third more than two threads."""

    def __init__(self, number, count, folder):
        self.count, self.moment = count, None
        if count > 1:
            torch.set_num_threads(1)
            store = dist.FileStore(os.path.join(folder, f"store-{os.getppid()}"), count)
            dist.init_process_group("gloo", store=store, rank=number, world_size=count)

    def average(self, parameters):
        """The mean of all processes' gradients, in place."""
        if self.count == 1:
            return
        gradients = [p.grad for p in parameters if p.grad is not None]
        flat = torch.cat([g.flatten() for g in gradients])
        dist.all_reduce(flat)
        flat /= self.count
        at = 0
        for gradient in gradients:
            gradient.copy_(flat[at : at + gradient.numel()].view_as(gradient))
            at += gradient.numel()

    def passed(self):
        """Seconds since the last call, the same in all processes; a machine that was stopped for a while has not trained."""
        now = time.time()
        seconds = min(now - (self.moment or now), 10)
        self.moment = now
        if self.count == 1:
            return seconds
        shared = torch.tensor([seconds], dtype=torch.float64)
        dist.broadcast(shared, 0)
        return float(shared)
