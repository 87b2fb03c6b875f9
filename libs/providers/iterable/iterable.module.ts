import { Module } from '@nestjs/common';
import { IterableProvider } from './iterable.provider.js';

@Module({ providers: [IterableProvider], exports: [IterableProvider] })
export class IterableModule {}
