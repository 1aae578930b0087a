#!/usr/bin/env node
import { register } from 'tsx/esm/api';

// Plain JavaScript, because somebody has to teach Node to read TypeScript. Child processes are forked with our own
// `execArgv` and need the same; the absolute address makes it work from any working directory.
process.execArgv.push('--import', import.meta.resolve('tsx'));
register();

const { runCli } = await import('./spex-chat.ts');
process.exitCode = await runCli(process.argv.slice(2));
