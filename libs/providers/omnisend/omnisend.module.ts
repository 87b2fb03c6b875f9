import { Module } from '@nestjs/common';
import { OmnisendProvider } from './omnisend.provider.js';

@Module({ providers: [OmnisendProvider], exports: [OmnisendProvider] })
export class OmnisendModule {}
