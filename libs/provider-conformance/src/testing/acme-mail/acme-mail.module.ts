import { Module } from '@nestjs/common';

import { AcmeMailProvider } from './acme-mail.provider.js';

@Module({ providers: [AcmeMailProvider], exports: [AcmeMailProvider] })
export class AcmeMailModule {}
