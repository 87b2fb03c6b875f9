import { Module } from '@nestjs/common';
import { BeehiivProvider } from './beehiiv.provider.js';

@Module({ providers: [BeehiivProvider], exports: [BeehiivProvider] })
export class BeehiivModule {}
