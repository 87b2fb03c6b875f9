export { MailOutbox } from './mail-outbox.js';
export type { MailMessage } from './message.js';
