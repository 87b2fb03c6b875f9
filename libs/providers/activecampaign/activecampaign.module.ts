import { Module } from '@nestjs/common';
import { ActivecampaignProvider } from './activecampaign.provider.js';

@Module({ providers: [ActivecampaignProvider], exports: [ActivecampaignProvider] })
export class ActivecampaignModule {}
