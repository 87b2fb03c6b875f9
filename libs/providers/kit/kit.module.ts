import { Module } from '@nestjs/common';
import { KitProvider } from './kit.provider.js';

@Module({ providers: [KitProvider], exports: [KitProvider] })
export class KitModule {}
