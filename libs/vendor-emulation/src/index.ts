export * from './answers.js';
export { FALSE_BODIES, type FalseBody } from './false-answers.js';
export * from './fault.js';
export * from './fault-rules.js';
export * from './fixed-window.js';
export * from './probe-calls.js';
export { startSandbox } from './sandbox.js';
export type { Sandbox, SandboxOptions } from './sandbox.js';
export * from './vendor-emulation.js';
