import { Module } from '@nestjs/common';
import { KlaviyoProvider } from './klaviyo.provider.js';

@Module({ providers: [KlaviyoProvider], exports: [KlaviyoProvider] })
export class KlaviyoModule {}
