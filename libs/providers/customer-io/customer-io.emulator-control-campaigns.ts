import { campaignInput } from './customer-io.emulator-campaign-input.js';
import type { Journey } from './customer-io.emulator-campaign-model.js';
import type { EmulatorState } from './customer-io.emulator-state.js';
import type { EmulatedWorkspace } from './customer-io.emulator-workspace.js';

/** `{workspace, name, trigger, steps, includeExisting?}`; see {@link campaignInput}. */
export function createCampaign(
  state: EmulatorState,
  workspace: EmulatedWorkspace,
  input: Readonly<Record<string, unknown>>,
): unknown {
  const { name } = input;
  if (typeof name !== 'string') return { error: 'name is required' };
  const read = campaignInput(input);
  if (typeof read === 'string') return { error: read };
  const { trigger, program } = read;
  if (trigger.kind === 'segment' && !workspace.segments.has(trigger.segment))
    return { error: 'no such segment' };
  const id = state.journeys.nextCampaignId();
  const includeExisting = input['includeExisting'] === true;
  const campaign = { id, name, trigger, program, includeExisting };
  state.commit({ k: 'campaign', a: state.now(), w: workspace.config.id, campaign });
  return { id, name, workspace: workspace.config.name };
}

/** `{advanceMs}`: the emulator's time moves on. */
export function advanceClock(state: EmulatorState, input: Readonly<Record<string, unknown>>): unknown {
  const milliseconds = input['advanceMs'];
  if (typeof milliseconds !== 'number' || !Number.isInteger(milliseconds) || milliseconds < 0) {
    return { error: 'advanceMs must be a whole number, 0 or more' };
  }
  return { now: iso(state.advance(milliseconds)), aheadMs: state.aheadMs };
}

/** Campaigns, the people on their way through them, and what was sent. `email` narrows down to one person. */
export function journeysShown(
  state: EmulatorState,
  what: 'campaigns' | 'journeys' | 'mails' | 'webhooks',
  workspaces: readonly EmulatedWorkspace[],
  email: string | null,
): unknown {
  const { journeys } = state;
  const ids = new Set(workspaces.map(({ config }) => config.id));
  const shown = (row: { readonly workspace: number }): boolean => ids.has(row.workspace);
  const addressOf = ({ workspace, cioId }: Journey): string | null =>
    state.workspaces.get(workspace)?.people.get(cioId)?.email ?? null;
  const nameOf = (campaign: number): string => journeys.campaigns.get(campaign)?.name ?? '';
  const about = (address: string | null): boolean =>
    email === null || address?.toLowerCase() === email.toLowerCase();
  switch (what) {
    case 'campaigns':
      return {
        campaigns: [...journeys.campaigns.values()]
          .filter(shown)
          .map(({ id, name, trigger, program }) => ({ id, name, trigger, program })),
      };
    case 'journeys':
      return {
        journeys: [...journeys.all.values()]
          .filter(shown)
          .map((journey) => ({
            number: journey.number,
            campaign: nameOf(journey.campaign),
            email: addressOf(journey),
            state: journey.state,
            startedAt: iso(journey.startedAt),
            due: journey.due === undefined ? null : iso(journey.due),
            path: journey.path,
          }))
          .filter((journey) => about(journey.email)),
      };
    case 'mails':
      return {
        mails: journeys.mails
          .filter((mail) => shown(mail) && about(mail.email ?? null))
          .map(({ number, campaign, name, email: address, at }) => ({
            ...{ number, campaign: nameOf(campaign), name, email: address ?? null, at: iso(at) },
          })),
      };
    case 'webhooks':
      return {
        webhooks: [...journeys.webhooks.values()]
          .filter(shown)
          .map((webhook) => {
            const journey = journeys.all.get(webhook.journey);
            return {
              number: webhook.number,
              deliveryId: webhook.id,
              campaign: nameOf(journey?.campaign ?? 0),
              email: journey === undefined ? null : addressOf(journey),
              // Headers hold the merchant's key.
              request: {
                method: webhook.request.method,
                url: webhook.request.url,
                body: webhook.request.body,
              },
              state: webhook.state,
              attempts: webhook.attempts,
              due: iso(webhook.due),
              status: webhook.status ?? null,
              failure: webhook.failure ?? null,
            };
          })
          .filter((webhook) => about(webhook.email)),
      };
  }
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
