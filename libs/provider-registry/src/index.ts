export * from './provider-registry.module.js';
export * from './provider-registry.service.js';
export * from './catalogue-words.js';
export * from './definition.js';
export * from './provider-guides.js';
