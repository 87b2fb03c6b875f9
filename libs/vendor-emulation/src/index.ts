export * from './answers.js';
export * from './fixed-window.js';
export * from './probe-calls.js';
export * from './vendor-emulation.js';
