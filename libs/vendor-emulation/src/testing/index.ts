export * from './contact-wishes.js';
export * from './in-process-access.js';
