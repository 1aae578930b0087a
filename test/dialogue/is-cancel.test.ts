import { expect, it } from 'vitest';
import { isCancel } from '../../src/dialogue/is-cancel.ts';

const said = (text: string) => isCancel({ text, files: [] });

it.each([
  'stop',
  'STOP!',
  'please stop',
  'cancel',
  'never mind',
  'nevermind',
  'forget it',
  'wait, stop that',
  'abort the job',
  'ok stop it please',
  'can you stop?',
  'I want you to stop',
  '停止',
  '取消。',
  '停一下',
  '请取消任务',
  '算了吧',
])('%s stops', (text) => {
  expect(said(text)).toBe(true);
});

it.each([
  '',
  'stop showing outlines',
  'show water',
  'cancel the filter',
  'forget everything',
  'where does the water stop?',
  'how many bus stops',
  '取消筛选',
  'undo',
])('%s does not', (text) => {
  expect(said(text)).toBe(false);
});

it('is a pressed button that says so, and no message with a file', () => {
  expect(isCancel({ text: '', files: [], plans: [{ operation: 'cancel', targets: [] }] })).toBe(true);
  expect(isCancel({ text: 'stop', files: [], plans: [{ operation: 'help', targets: [] }] })).toBe(false);
  const file = { id: '1', name: 'stop.tif', source: 'x', size: 1 };
  expect(isCancel({ text: 'stop', files: [file] })).toBe(false);
});
