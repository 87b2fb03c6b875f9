export type { MailMessage } from './message.js';
