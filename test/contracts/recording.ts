import { grammarPlanner } from '../../src/dialogue/grammar-planner.ts';
import { respond } from '../../src/dialogue/respond.ts';
import { type DialogueState, emptyState } from '../../src/dialogue/state.ts';
import type { Reply } from '../../src/domain/message.ts';
import type { Respond } from '../../src/queue/turn-worker.ts';
import { FakeAnalyst } from '../dialogue/fake-analyst.ts';

/** The real planner and dialogue on an analyst without pixels; what is answered is also put into `replies`. */
export function recording(replies: Reply[]): Respond {
  const analyst = new FakeAnalyst();
  return async ({ message, files, state, authors }, run) => {
    const result = await respond(
      { message, files, state: (state as DialogueState | null) ?? emptyState, authors },
      { planner: grammarPlanner, analyst, folder: run.folder },
      run,
    );
    replies.push(result.reply);
    return result;
  };
}
