export { EMULATORS } from './generated/emulators.js';
