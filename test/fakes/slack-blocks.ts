/**
 * What Slack's own validation refuses, written from the Block Kit reference and not from our table: the first thing wrong,
 * in words, or null.
 */
export function blockFault(blocks: unknown, surface: { most: number; rich: boolean; readyFiles: ReadonlySet<string> }) {
  if (!Array.isArray(blocks)) return 'blocks is not an array';
  if (blocks.length > surface.most) return `more than ${surface.most} blocks`;
  let tables = 0;
  for (const block of blocks as Json[]) {
    if (block.type === 'data_table' && ++tables > 1) return 'more than one table';
    const fault = check(block, surface);
    if (fault) return `${block.type}: ${fault}`;
  }
  return null;
}

// biome-ignore lint/suspicious/noExplicitAny: whatever a client sends
type Json = any;
type Surface = { rich: boolean; readyFiles: ReadonlySet<string> };

const RICH = new Set(['data_table', 'container', 'plan', 'context_actions']);

function check(block: Json, surface: Surface): string | null {
  if (RICH.has(block.type) && !surface.rich) return 'unsupported type';
  switch (block.type) {
    case 'header':
      return plain(block.text, 150);
    case 'section': {
      if (!block.text && !block.fields) return 'neither text nor fields';
      if (block.accessory && element(block.accessory)) return `accessory: ${element(block.accessory)}`;
      if (block.fields && (block.fields.length === 0 || block.fields.length > 10)) return 'fields';
      return first([
        block.text ? words(block.text, 3000) : null,
        ...(block.fields ?? []).map((f: Json) => words(f, 2000)),
      ]);
    }
    case 'context':
      if (block.elements.length === 0 || block.elements.length > 10) return 'elements';
      return first(block.elements.map((e: Json) => words(e, 3000)));
    case 'rich_text':
      return first(block.elements.flatMap((e: Json) => e.elements.map((t: Json) => (t.text ? null : 'empty text'))));
    case 'image':
      if (!block.alt_text || block.alt_text.length > 2000) return 'alt_text';
      if (block.slack_file && !surface.readyFiles.has(block.slack_file.id)) return 'invalid slack file';
      return block.slack_file || block.image_url ? null : 'no image';
    case 'divider':
      return null;
    case 'data_table': {
      const { rows } = block;
      if (rows.length < 2 || rows.length > 101) return 'rows';
      if (rows.some((row: Json) => row.length !== rows[0].length || row.length < 1 || row.length > 20))
        return 'columns';
      if (block.page_size < 1 || block.page_size > 100) return 'page_size';
      if (typeof block.caption !== 'string') return 'caption';
      return first(rows.flat().map((c: Json) => (c.type === 'raw_text' && c.text.length > 0 ? null : 'cell')));
    }
    case 'container':
      if (block.child_blocks.length > 10) return 'child_blocks';
      if (block.child_blocks.some((b: Json) => !['section', 'context', 'divider', 'image', 'actions'].includes(b.type)))
        return 'child type';
      return plain(block.title, 150) ?? first(block.child_blocks.map((b: Json) => check(b, surface)));
    case 'plan':
      if (!block.title) return 'title';
      return first(
        block.tasks.map((t: Json) =>
          t.task_id && t.title && ['pending', 'in_progress', 'complete', 'error'].includes(t.status) ? null : 'task',
        ),
      );
    case 'actions': {
      const ids = block.elements.map((e: Json) => e.action_id);
      if (new Set(ids).size !== ids.length) return 'action_id twice';
      if (block.elements.length < 1 || block.elements.length > 25) return 'elements';
      return first(block.elements.map(element));
    }
    case 'context_actions':
      return block.elements.length <= 5 ? null : 'elements';
    case 'input':
      return plain(block.label, 2000) ?? (block.element ? null : 'element');
    default:
      return 'unknown block type';
  }
}

function element(e: Json): string | null {
  if (e.action_id && e.action_id.length > 255) return 'action_id';
  if (e.type === 'button') {
    if (e.value !== undefined && e.value.length > 2000) return 'value';
    if (e.style !== undefined && !['primary', 'danger'].includes(e.style)) return 'style';
    return plain(e.text, 75);
  }
  if (e.type === 'static_select') {
    if (e.options.length < 1 || e.options.length > 100) return 'options';
    if (e.initial_option && !e.options.some((o: Json) => o.value === e.initial_option.value)) return 'initial_option';
    return (
      (e.placeholder ? plain(e.placeholder, 150) : null) ??
      first(e.options.map((o: Json) => plain(o.text, 75) ?? (o.value.length > 150 ? 'option value' : null)))
    );
  }
  return 'unknown element';
}

const plain = (text: Json, most: number): string | null =>
  text?.type === 'plain_text' ? words(text, most) : 'not plain_text';

const words = (text: Json, most: number): string | null =>
  ['plain_text', 'mrkdwn'].includes(text?.type) && text.text.length >= 1 && text.text.length <= most
    ? null
    : `text must have 1 to ${most} characters`;

const first = (faults: (string | null)[]): string | null => faults.find((fault) => fault !== null) ?? null;
