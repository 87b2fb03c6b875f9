import { Module } from '@nestjs/common';
import { VeroProvider } from './vero.provider.js';

@Module({ providers: [VeroProvider], exports: [VeroProvider] })
export class VeroModule {}
