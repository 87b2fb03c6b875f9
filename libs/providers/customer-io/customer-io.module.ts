import { Module } from '@nestjs/common';
import { CustomerIoProvider } from './customer-io.provider.js';

@Module({ providers: [CustomerIoProvider], exports: [CustomerIoProvider] })
export class CustomerIoModule {}
