import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { grammarPlanner } from '../../src/dialogue/grammar-planner.ts';
import type { Planner } from '../../src/dialogue/planner.ts';
import { respond } from '../../src/dialogue/respond.ts';
import { type DialogueState, emptyState } from '../../src/dialogue/state.ts';
import type { Block, InboundMessage, Progress, Reply } from '../../src/domain/message.ts';
import type { Plan } from '../../src/domain/plan.ts';
import { FakeAnalyst } from './fake-analyst.ts';

export const messageOf = (text: string, extra: Partial<InboundMessage> = {}): InboundMessage => ({
  id: 'terminal:1',
  conversation: 'terminal:local:test:1',
  platform: 'terminal',
  author: { id: 'u1', name: 'Somebody' },
  text,
  files: [],
  sentAt: 0,
  ...extra,
});

/** One for all conversations of a test file: most write nothing. */
const FOLDER = mkdtempSync(join(tmpdir(), 'dialogue-'));
process.on('exit', () => rmSync(FOLDER, { recursive: true, force: true }));

/** A conversation with the real planner and dialogue on the fake analyst. */
export class Conversation {
  readonly analyst = new FakeAnalyst();
  state: DialogueState = emptyState;
  forgotten: 'everybody' | 'asker' | null = null;
  /** Who wrote the messages so far. */
  readonly authors: string[] = [];
  planner: Planner = grammarPlanner;
  report: ((error: unknown) => string) | null = null;
  #count = 0;
  readonly #folder = FOLDER;
  readonly #controller = new AbortController();
  readonly progress: Progress[] = [];

  async say(text: string, files: readonly string[] = [], plans?: readonly Plan[], author = 'u1'): Promise<Reply> {
    if (!plans) this.authors.push(author);
    const id = `terminal:${++this.#count}`;
    // Everything that is stored is JSON: go through it each turn.
    const state: DialogueState = JSON.parse(JSON.stringify(this.state));
    const remote = files.map((name) => ({ id: name, name, source: name, size: 1 }));
    const result = await respond(
      {
        message: messageOf(text, {
          id,
          author: { id: author, name: author },
          files: remote,
          ...(plans ? { plans } : {}),
        }),
        files: files.map((name) => ({ name, path: join(this.#folder, name) })),
        state,
        authors: async () => this.authors,
      },
      {
        planner: this.planner,
        analyst: this.analyst,
        folder: this.#folder,
        ...(this.report ? { report: this.report } : {}),
      },
      { signal: this.#controller.signal, onProgress: (p) => this.progress.push(p) },
    );
    this.state = result.state;
    this.forgotten = result.forget;
    return result.reply;
  }

  /** What the analyst was asked during one message. */
  async callsOf(text: string, files: readonly string[] = []): Promise<string[]> {
    const before = this.analyst.calls.length;
    await this.say(text, files);
    return this.analyst.calls.slice(before);
  }

  cancel(): void {
    this.#controller.abort(new Error('cancelled'));
  }
}

/** All words of a reply, one block a line. */
export const textOf = (reply: Reply): string => reply.blocks.map(blockText).filter(Boolean).join('\n');

function blockText(block: Block): string {
  switch (block.kind) {
    case 'text':
      return block.text;
    case 'headline':
      return [block.title, ...block.numbers.map((n) => `${n.label}: ${n.value}`)].join(' | ');
    case 'table':
      return [block.caption, ...block.rows.map((r) => r.join(' | '))].join('\n');
    case 'details':
      return block.lines.join('\n');
    case 'files':
      return block.artefacts.map((a) => a.name).join(', ');
    default:
      return '';
  }
}
