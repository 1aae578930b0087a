import { UserFacingError } from '../errors.ts';
import type { JudgeReply, JudgeRequest } from './judge-processes.ts';
import { createLocalJudge, type LocalJudge } from './local-judge.ts';

/** The child's side of `judge-processes.ts`. Ends with its parent. */
let loading: Promise<LocalJudge> | null = null;

process.on('message', async (request: JudgeRequest) => {
  if ('setup' in request) {
    loading = createLocalJudge(request.setup);
    loading.catch(() => undefined); // told with the first scene
    return;
  }
  process.send!(await reply(request.scene));
});
process.on('disconnect', () => process.exit(0));

async function reply(scene: number): Promise<JudgeReply> {
  try {
    const { judge } = await loading!;
    return { judged: await judge(scene) };
  } catch (error) {
    if (error instanceof UserFacingError) return { failure: error.reply };
    return { failure: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
