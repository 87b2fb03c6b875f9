import {
  eventTag,
  isSuccess,
  type ContactChange,
  type ContactEvent,
  type EmulatedContact,
  type ErrorCode,
  type Outcome,
} from '@rekomi/provider-contract';
import { shown } from './checks.js';
import type { Stage } from './stage.js';

/** With these an outcome says that a membership is not there (yet). */
const NOT_JOINED: readonly ErrorCode[] = ['consent_not_raised', 'confirmation_pending', 'contact_suppressed'];

/** What is missing at the vendor for a success to be true. Empty when all of it is there. */
export function missing(stage: Stage, change: ContactChange, outcome: Outcome): readonly string[] {
  const { desired } = change;
  const seen = stage.look(desired.email);
  if (seen === undefined) return [`${shown(desired.email)} is not at the vendor`];
  return [
    ...missingAudiences(seen, desired.audiences, outcome),
    ...missingTags(stage, seen, desired.tags, outcome),
    ...missingNames(stage, seen, change, outcome),
  ].map((what) => `${what} of ${shown(desired.email)}`);
}

function missingAudiences(
  { audiences }: EmulatedContact,
  wanted: readonly string[],
  outcome: Outcome,
): readonly string[] {
  if (warned(outcome, ...NOT_JOINED)) return [];
  return wanted.filter((id) => !audiences.includes(id)).map((id) => `the membership of audience ${id}`);
}

function missingTags(
  stage: Stage,
  { tags }: EmulatedContact,
  wanted: readonly string[],
  outcome: Outcome,
): readonly string[] {
  const { capabilities } = stage.manifest;
  if (
    capabilities.tags === 'none' ||
    warned(outcome, 'tag_limit_reached', 'field_shortened', 'field_rejected')
  ) {
    return [];
  }
  const lower = tags.map((tag) => tag.toLowerCase());
  return wanted.filter((tag) => !lower.includes(tag.toLowerCase())).map((tag) => `the tag ${shown(tag)}`);
}

function missingNames(
  stage: Stage,
  { fields }: EmulatedContact,
  { desired }: ContactChange,
  outcome: Outcome,
): readonly string[] {
  if (!writesNames(stage) || warnedAboutFields(outcome)) return [];
  const { firstName, lastName, fullName } = desired;
  if (fullName !== undefined && holds(fields, fullName)) return [];
  return [firstName, lastName]
    .filter((name) => name !== undefined && !holds(fields, name))
    .map((name) => `the name ${shown(name)}`);
}

/** Whether the manifest says that names are written at all. */
export function writesNames(stage: Stage): boolean {
  return stage.manifest.writes.some(({ from }) => /\bname\b/i.test(from));
}

/** Whether a value stands somewhere among the fields, however deep. */
export function holds(fields: unknown, value: unknown): boolean {
  if (fields === value || (typeof value !== 'object' && String(fields) === String(value))) return true;
  if (typeof fields !== 'object' || fields === null) return false;
  return Object.values(fields).some((inner) => holds(inner, value));
}

export function warned(outcome: Outcome, ...codes: readonly ErrorCode[]): boolean {
  return (outcome.warnings ?? []).some(({ code }) => codes.includes(code));
}

function warnedAboutFields(outcome: Outcome): boolean {
  return warned(outcome, 'field_rejected', 'field_missing', 'field_shortened', 'contact_refused');
}

/** What is missing at the vendor for the success of an event to be true. */
export function missingEvent(stage: Stage, event: ContactEvent): readonly string[] {
  const seen = stage.look(event.email);
  if (seen === undefined) return [`${shown(event.email)} is not at the vendor`];
  switch (stage.manifest.capabilities.events) {
    case 'native':
      return eventsOf(seen, event).length > 0 ? [] : [`the event ${event.name} of ${event.email}`];
    case 'tag':
      return seen.tags.some((tag) => tag.toLowerCase() === eventTag(event.name).toLowerCase())
        ? []
        : [`the tag ${eventTag(event.name)} of ${event.email}`];
    case 'attribute':
      return JSON.stringify(seen.fields).includes(event.name) ? [] : [`a field with ${event.name}`];
    case 'none':
      return [];
  }
}

/** The vendor's records of one of our events, by what its data refers to. */
export function eventsOf(seen: EmulatedContact, event: ContactEvent): EmulatedContact['events'] {
  const { reference } = event.data;
  const named = seen.events.filter(({ name }) => name === event.name);
  const keepsData = seen.events.some(({ data }) => Object.keys(data).length > 0);
  if (reference === undefined || !keepsData) return named;
  return named.filter(({ data }) => holds(data, reference));
}

/** A success that is none: nothing when the outcome is no success, or when it is true. */
export function falseSuccess(stage: Stage, change: ContactChange, outcome: Outcome): readonly string[] {
  return isSuccess(outcome) ? missing(stage, change, outcome) : [];
}

/** How an outcome reads in a message. */
export function told(outcome: { readonly kind: string }): string {
  const code = 'code' in outcome && typeof outcome.code === 'string' ? ` ${outcome.code}` : '';
  const words =
    'vendorMessage' in outcome && typeof outcome.vendorMessage === 'string'
      ? ` (“${outcome.vendorMessage.slice(0, 120)}”)`
      : '';
  return `${outcome.kind}${code}${words}`;
}
