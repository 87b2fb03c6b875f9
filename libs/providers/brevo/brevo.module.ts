import { Module } from '@nestjs/common';
import { BrevoProvider } from './brevo.provider.js';

@Module({ providers: [BrevoProvider], exports: [BrevoProvider] })
export class BrevoModule {}
