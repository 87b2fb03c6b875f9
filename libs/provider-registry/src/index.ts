export * from './provider-registry.module.js';
export * from './provider-registry.service.js';
