export { testDatabase } from './test-database.js';
export type { TestDatabase } from './test-database.js';
export type { SchemaPreparation } from './template-database.js';
export { migratedTestDatabase } from './migrated-test-database.js';
export { emptyTables } from './empty-tables.js';
export { installedRedis, RedisServer } from './redis-server.js';
export { OwnPostgres } from './own-postgres.js';
export { TcpProxy } from './tcp-proxy.js';
export type { Harm, Script, TcpProxyOptions } from './tcp-proxy.js';
