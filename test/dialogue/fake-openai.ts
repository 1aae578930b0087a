import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the fake answers to one request: tool calls, words, an HTTP error, or nothing for a while. */
export type Scripted =
  | { readonly calls: readonly (readonly [name: string, args: unknown])[] }
  | { readonly words: string }
  | { readonly status: number }
  | { readonly silentMs: number };

/** One request as it arrived. */
export interface Asked {
  readonly path: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly tools: readonly string[];
}

/**
 * An OpenAI-compatible chat server on 127.0.0.1 that says what its script says. It refuses requests after the end of the
 * script, other paths, streaming, and tools without a JSON schema.
 */
export async function startFakeOpenAi(script: readonly Scripted[]) {
  const asked: Asked[] = [];
  const rest = [...script];
  const server: Server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const {
      messages,
      tools = [],
      stream,
    } = JSON.parse(body) as {
      messages: Asked['messages'];
      tools?: { type: string; function: { name: string; parameters: { type?: string } } }[];
      stream?: boolean;
    };
    const valid =
      request.method === 'POST' &&
      request.url === '/v1/chat/completions' &&
      !stream &&
      tools.every((tool) => tool.type === 'function' && tool.function.parameters.type === 'object');
    asked.push({ path: request.url ?? '', messages, tools: tools.map((tool) => tool.function.name) });
    const next = rest.shift();
    if (!valid || !next || 'status' in next) {
      response.writeHead(next && 'status' in next ? next.status : 400, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: { message: 'scripted failure', type: 'server_error' } }));
      return;
    }
    if ('silentMs' in next) {
      await new Promise((resolve) => setTimeout(resolve, next.silentMs));
      response.destroy();
      return;
    }
    const message =
      'words' in next
        ? { role: 'assistant', content: next.words }
        : {
            role: 'assistant',
            content: null,
            tool_calls: next.calls.map(([name, args], i) => ({
              id: `call_${i}`,
              type: 'function',
              function: { name, arguments: JSON.stringify(args) },
            })),
          };
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify({
        id: 'chatcmpl-1',
        object: 'chat.completion',
        created: 1,
        model: 'fake',
        choices: [{ index: 0, message, finish_reason: 'words' in next ? 'stop' : 'tool_calls' }],
        usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    asked,
    async stop(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
