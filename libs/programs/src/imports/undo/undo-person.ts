import { type LeftAlone, hasWork, type UndoPlan } from './undo-plan.js';
import type { StandingCopy } from './undo-facts.js';

/** What undoing an import means, or meant, for one person, as it is shown and kept. */
export interface UndonePerson {
  readonly affiliateId: string;
  /** Null for somebody who is not there any more. */
  readonly email: string | null;
  /** `archived`: the part in the campaign goes. `restored`: something goes back to what it was. `left_alone`: nothing does. */
  readonly action: 'archived' | 'restored' | 'left_alone';
  readonly status?: { readonly from: string; readonly to: string };
  readonly tier?: { readonly from: string | null; readonly to: string | null };
  readonly tagsRemoved: readonly string[];
  /** Names of fields that go back. */
  readonly fields: readonly string[];
  /** What of ours stands at connections, by the ledger, and what becomes of it. */
  readonly connections: readonly {
    readonly connectionId: string;
    readonly label: string;
    /** `taken_back`: all of this goes. `brought_up_to_date`: the person stays, and what the import changed is written anew. */
    readonly effect: 'taken_back' | 'brought_up_to_date';
    readonly fields: readonly string[];
    readonly tags: readonly string[];
    readonly audiences: readonly string[];
  }[];
  readonly leftAlone: readonly LeftAlone[];
}

/** The words of the API for the columns of a person. */
const WORDS: Readonly<Record<string, string>> = {
  full_name: 'name',
  first_name: 'firstName',
  last_name: 'lastName',
  external_id: 'externalId',
  country: 'country',
  email_confirmed_at: 'emailConfirmedAt',
  referral_slug: 'referralSlug',
  link_aliases: 'linkAliases',
  paypal_email: 'paypalEmail',
  wise_email: 'wiseEmail',
  source_data: 'sourceData',
};

export function undonePerson(plan: UndoPlan, copies: readonly StandingCopy[]): UndonePerson {
  const { archive, enrolment, fields, leftAlone } = plan;
  const action = archive !== undefined ? 'archived' : hasWork(plan) ? 'restored' : 'left_alone';
  const to = archive === undefined ? enrolment?.status : 'archived';
  const from = archive?.status ?? enrolment?.now.status;
  const leaves = archive?.status === 'approved' || (enrolment?.now.status === 'approved' && to !== undefined);
  return {
    affiliateId: plan.affiliateId,
    email: plan.email,
    action,
    ...(to === undefined || from === undefined ? {} : { status: { from, to } }),
    ...(enrolment?.givenTier === undefined
      ? {}
      : { tier: { from: enrolment.now.given_tier, to: enrolment.givenTier.to } }),
    tagsRemoved: enrolment?.tagsRemoved ?? [],
    fields: Object.keys(fields).map((field) => WORDS[field] ?? field),
    connections:
      action === 'left_alone'
        ? []
        : copies.map(({ connectionId, label, written, wantedOtherwise }) => ({
            ...{ connectionId, label },
            effect: leaves && !wantedOtherwise ? ('taken_back' as const) : ('brought_up_to_date' as const),
            fields: Object.keys(written.fields),
            ...{ tags: written.tags, audiences: written.audiences },
          })),
    leftAlone: leftAlone.map(({ what, why }) => ({ what: WORDS[what] ?? what, why })),
  };
}

/** What a whole list comes to. */
export interface UndoPreview {
  readonly people: { readonly archived: number; readonly restored: number; readonly leftAlone: number };
  readonly connections: readonly {
    readonly id: string;
    readonly label: string;
    readonly takenBack: number;
    readonly broughtUpToDate: number;
  }[];
  /** People whom the import changed and of whom it is not on record how they were. */
  readonly notRecorded: number;
  readonly text: string;
}

/** Adds people up, page by page. */
export class UndoTally {
  readonly #people = { archived: 0, restored: 0, leftAlone: 0 };
  readonly #connections = new Map<
    string,
    { id: string; label: string; takenBack: number; broughtUpToDate: number }
  >();

  add(people: readonly UndonePerson[]): void {
    for (const { action, connections } of people) {
      this.#people[action === 'left_alone' ? 'leftAlone' : action] += 1;
      for (const { connectionId: id, label, effect } of connections) {
        const so = this.#connections.get(id) ?? { id, label, takenBack: 0, broughtUpToDate: 0 };
        if (effect === 'taken_back') so.takenBack += 1;
        else so.broughtUpToDate += 1;
        this.#connections.set(id, so);
      }
    }
  }

  preview(notRecorded: number): UndoPreview {
    const people = { ...this.#people };
    const connections = [...this.#connections.values()];
    return { people, connections, notRecorded, text: undoText({ people, connections, notRecorded }) };
  }
}

const NUMBERS = new Intl.NumberFormat('en');
const count = (number: number): string => `${NUMBERS.format(number)} ${number === 1 ? 'person' : 'people'}`;

function undoText({ people, connections, notRecorded }: Omit<UndoPreview, 'text'>): string {
  const { archived, restored, leftAlone } = people;
  if (archived + restored === 0)
    return `Nothing of this import can be undone: nobody came in by it, or everything was changed since.${remark(notRecorded)}`;
  const parts = [
    ...(archived === 0
      ? []
      : [`${count(archived)} whom the import brought in will be archived in its campaign`]),
    ...(restored === 0 ? [] : [`${count(restored)} known before will go back to what was there`]),
    ...(leftAlone === 0
      ? []
      : [`${count(leftAlone)} will be left alone, because somebody decided or changed something since`]),
  ];
  const takenBack = connections.filter((one) => one.takenBack > 0);
  const there =
    takenBack.length === 0
      ? ''
      : ` What was written for them is taken back: ${takenBack.map((one) => `${count(one.takenBack)} at ${one.label}`).join(', ')}.`;
  return `${parts.join('; ')}.${there} Events that were sent stay sent.${remark(notRecorded)}`;
}

function remark(notRecorded: number): string {
  return notRecorded === 0
    ? ''
    : ` Of ${count(notRecorded)} it is not on record what they looked like before, because an earlier version of this product ran the import: they stay as they are.`;
}
