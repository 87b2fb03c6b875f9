export * from './data-source.js';
export * from './embedded/index.js';
export { runLast } from './joined-statements.js';
export * from './migrate.js';
export * from './migrations/index.js';
export * from './notifications.js';
export * from './tenancy.js';
export * from './watched-client.js';
