import { Module } from '@nestjs/common';
import { BrazeProvider } from './braze.provider.js';

@Module({ providers: [BrazeProvider], exports: [BrazeProvider] })
export class BrazeModule {}
