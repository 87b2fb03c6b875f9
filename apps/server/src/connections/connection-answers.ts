import { Injectable } from '@nestjs/common';
import { VendorManifests } from '@rekomi/programs';
import type { CredentialCheck, ProviderManifest, Verification } from '@rekomi/provider-contract';
import {
  FIRST_ALWAYS,
  readBackObstacle,
  type ConnectionView,
  type Reverified,
  type UnsavedReport,
} from '@rekomi/sync';

import { CodeTexts } from './code-texts.js';
import type { ConnectionAnswer } from './connection.answer.js';
import type { CredentialCheckAnswer } from './credential-check.answer.js';
import type { Plain } from './plain.js';
import { slowedDown } from './slowed-down.js';
import type { ReceiptsAnswer } from './receipts.answer.js';
import type { UnsavedVerificationAnswer } from './unsaved-verification.answer.js';
import type { VerificationAnswer } from './verification.answer.js';

/** Brings connections and verifications into the form of the API. */
@Injectable()
export class ConnectionAnswers {
  constructor(
    private readonly texts: CodeTexts,
    private readonly manifests: VendorManifests,
  ) {}

  connection(view: ConnectionView): Plain<ConnectionAnswer> {
    const {
      credentials,
      account,
      checks,
      defaultAudience,
      backlog,
      stateCode,
      configVersion: _,
      receiptPercent: _percent,
      ...rest
    } = view;
    return {
      ...rest,
      state: view.state === 'verified' && view.rateLimitedUntil !== undefined ? 'rate_limited' : view.state,
      ...this.texts.reason(stateCode),
      slowedDown: view.slowedDown.map((one) =>
        slowedDown(one, this.manifests.manifest(view.provider)?.limits[one.family], view.settings),
      ),
      credentialsPresent: credentials.present,
      publicCredentials: credentials.public,
      ...(account.id === undefined ? {} : { accountId: account.id }),
      ...(account.name === undefined ? {} : { accountName: account.name }),
      checks: checks.map((check) => this.check(check)),
      ...(defaultAudience === undefined ? {} : { defaultAudience: defaultAudience.id }),
      ...(defaultAudience?.name === undefined ? {} : { defaultAudienceName: defaultAudience.name }),
      receipts: receiptsOf(this.manifests.manifest(view.provider), view),
      pending: backlog.pending,
      held: backlog.held,
      waiting: Object.entries(backlog.codes)
        .sort(([, one], [, other]) => other - one)
        .map(([code, contacts]) => ({ contacts, ...this.texts.reason(code) })),
    };
  }

  verification({
    verification,
    exchanges,
  }: Pick<Reverified, 'verification' | 'exchanges'>): Plain<VerificationAnswer> {
    return {
      result: verification.kind,
      ...(verification.kind === 'valid' ? accountOf(verification) : this.texts.reason(verification.code)),
      ...(verification.kind === 'rejected' ? { rejectedCredentials: verification.credentials } : {}),
      ...('vendorMessage' in verification ? { vendorMessage: verification.vendorMessage } : {}),
      rights: verification.kind === 'valid' ? verification.rights : [],
      checks: verification.checks.map((check) => this.check(check)),
      exchanges,
    };
  }

  unsaved(report: UnsavedReport): UnsavedVerificationAnswer {
    const { audiences } = report;
    const reason = audiences?.kind === 'failed' ? this.texts.of(audiences.failure.code) : undefined;
    return {
      ...this.verification(report),
      ...(report.suggestedLabel === undefined ? {} : { suggestedLabel: report.suggestedLabel }),
      warnings: report.warnings.map((warning) => warning.detail),
      ...(audiences?.kind === 'listed'
        ? { audiences: audiences.audiences, audiencesTruncated: audiences.nextCursor !== undefined }
        : {}),
      ...(reason === undefined ? {} : { audiencesReason: reason }),
    };
  }

  private check({ code, ...check }: CredentialCheck): CredentialCheckAnswer {
    return { ...check, ...this.texts.reason(code) };
  }
}

function receiptsOf(
  manifest: ProviderManifest | undefined,
  { receiptPercent: percent, rights }: ConnectionView,
): ReceiptsAnswer {
  const obstacle = readBackObstacle(manifest, rights);
  if (obstacle !== undefined)
    return { canBeRead: false, percent, text: `${obstacle} So what it accepts is not checked.` };
  const later = percent === 0 ? 'none' : percent === 100 ? 'all' : `${percent} %`;
  const text = `The first ${FIRST_ALWAYS} accepted contacts are read back, and ${later} of the later ones.`;
  return { canBeRead: true, percent, text };
}

function accountOf({ account, region }: Extract<Verification, { kind: 'valid' }>) {
  return {
    ...(account.id === undefined ? {} : { accountId: account.id }),
    ...(account.name === undefined ? {} : { accountName: account.name }),
    ...(region === undefined ? {} : { region }),
  };
}
