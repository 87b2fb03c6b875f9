export { DEAD_STATES, type DeadLetterFilter } from './dead-letter-query.js';
export { DeadLetterService, type DeadLetter } from './dead-letter.service.js';
