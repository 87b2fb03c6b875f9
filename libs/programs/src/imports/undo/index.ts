export { ImportUndoService, type ImportUndoRow, type UndoItem } from './import-undo.service.js';
export { ImportUndoWork } from './import-undo-work.js';
export { LEFT_ALONE } from './undo-plan.js';
export type { UndonePerson, UndoPreview } from './undo-person.js';
