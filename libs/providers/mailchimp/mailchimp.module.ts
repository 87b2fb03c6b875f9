import { Module } from '@nestjs/common';
import { MailchimpProvider } from './mailchimp.provider.js';

@Module({ providers: [MailchimpProvider], exports: [MailchimpProvider] })
export class MailchimpModule {}
