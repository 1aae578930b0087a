import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { UserFacingError } from '../errors.ts';
import type { Judge } from '../eval/evaluate.ts';
import type { JudgedScene } from '../eval/evaluate-scene.ts';
import type { JudgeSetup } from './local-judge.ts';

/** First the setup, then positions of scenes, one at a time; each is answered by a `JudgeReply`. */
export type JudgeRequest = { readonly setup: JudgeSetup } | { readonly scene: number };

export type JudgeReply = { readonly judged: JudgedScene } | { readonly failure: string };

const GONE: JudgeReply = { failure: 'A process of the evaluation ended: fewer of them need less memory.' };

const HOST = new URL('./judge-host.ts', import.meta.url);
const LOADER = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

/**
 * Judges scenes in several processes, each with a model of its own: onnxruntime-node blocks the thread that calls it, and a
 * small model leaves most of a second core idle.
 */
export function judgeProcesses(setup: JudgeSetup, count: number): { readonly judge: Judge; stop(): void } {
  const children = Array.from({ length: count }, () => {
    const child = fork(HOST, { serialization: 'advanced', execArgv: ['--import', LOADER] });
    child.send({ setup } satisfies JudgeRequest);
    return child;
  });
  const idle: ChildProcess[] = [...children];
  return {
    judge: async (scene) => {
      const child = idle.pop();
      if (!child) throw new Error(`more than ${count} scenes at the same time`);
      const settled = new AbortController();
      const { signal } = settled;
      try {
        const answer = once(child, 'message', { signal });
        const ended = once(child, 'exit', { signal });
        if (child.connected) child.send({ scene } satisfies JudgeRequest);
        const reply = await Promise.race([
          answer.then(([message]): JudgeReply => message),
          child.connected ? ended.then((): JudgeReply => GONE) : GONE,
        ]);
        if ('failure' in reply) throw new UserFacingError('model-crashed', reply.failure);
        idle.push(child);
        return reply.judged;
      } finally {
        settled.abort();
      }
    },
    stop: () => {
      for (const child of children) child.kill('SIGKILL');
    },
  };
}
