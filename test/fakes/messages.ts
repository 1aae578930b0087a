import type { InboundMessage, Reply } from '../../src/domain/message.ts';

let last = 0;

/** A message, complete; each with an id of its own. */
export function messageOf(fields: Partial<InboundMessage> = {}): InboundMessage {
  return {
    id: `terminal:m${++last}`,
    conversation: 'terminal:w:c:t1',
    platform: 'terminal',
    author: { id: 'u1', name: 'Ada' },
    text: 'show vegetation',
    files: [],
    sentAt: 1_700_000_000_000,
    ...fields,
  };
}

export function replyOf(text: string, fields: Partial<Reply> = {}): Reply {
  return { blocks: [{ kind: 'text', voice: 'plain', text }], language: 'en', plans: [], facts: [], ...fields };
}

/** The words of a reply's text blocks. */
export function wordsOf(reply: Reply): string {
  return reply.blocks.map((block) => (block.kind === 'text' ? block.text : `[${block.kind}]`)).join('\n');
}
