import { eventNameFault, type ProviderManifest } from '@rekomi/provider-contract';
import { Injectable } from '@nestjs/common';

import { VendorManifests } from '../destinations/vendor-manifests.js';
import type { InputProblem } from '../program-problem.js';
import type { UnitOfWork } from '../unit-of-work.js';
import { completeEventRules, routedName, type StoredEventRules } from './event-rules.js';

type NameProblem = Omit<InputProblem, 'pointer'>;

interface RoutedTo {
  readonly provider: string;
  readonly label: string;
  readonly rules: StoredEventRules;
}

/** What the organisation's tools make of a name. */
export interface NameInTools {
  /** No tool that would get the event can take it. */
  readonly error?: NameProblem;
  /** Some can, and some cannot. */
  readonly warning?: NameProblem;
}

/** Connections with their own rules, and with those of campaigns that have others for them. */
const CONNECTIONS = `
  SELECT c.provider, c.label, c.event_rules AS rules FROM connection c
   WHERE c.organization_id = $1 AND c.state <> 'disabled'
  UNION ALL
  SELECT c.provider, c.label, d.event_rules FROM campaign_destination d
    JOIN connection c ON c.organization_id = $1 AND c.id = d.connection_id AND c.state <> 'disabled'
   WHERE d.organization_id = $1 AND d.enabled AND d.event_rules IS NOT NULL`;

/** Holds names of events against what the vendors say of them in their manifests. */
@Injectable()
export class VendorEventNames {
  constructor(private readonly vendors: VendorManifests) {}

  /** Why a name cannot be an event's in this vendor's tool; undefined when it can, or when nothing is known. */
  problemAt(provider: string, name: string): NameProblem | undefined {
    const manifest = this.vendors.manifest(provider);
    return manifest === undefined ? undefined : problemOf(manifest, name);
  }

  /**
   * Looks at the organisation's connections once, for any number of names. A name matters under which an event is sent,
   * not the one it has here.
   */
  async inTools(
    { tx, organizationId }: UnitOfWork,
    names: readonly string[],
  ): Promise<(name: string) => NameInTools> {
    if (names.length === 0) return () => ({});
    const connections: RoutedTo[] = await tx.query(CONNECTIONS, [organizationId]);
    const found = new Map(names.map((name) => [name, this.#inTools(connections, name)]));
    return (name) => found.get(name) ?? {};
  }

  #inTools(connections: readonly RoutedTo[], name: string): NameInTools {
    const sent = connections.flatMap(({ provider, label, rules }) => {
      const routed = routedName(completeEventRules(rules), name);
      return routed === undefined ? [] : [{ label, problem: this.problemAt(provider, routed) }];
    });
    const [first] = sent.filter(({ problem }) => problem !== undefined);
    if (first?.problem === undefined) return {};
    const { code, detail } = first.problem;
    const problem = {
      code,
      detail: `${detail} Choose another name, or give the event another one in the event rules of the connection ${JSON.stringify(first.label)}.`,
    };
    return sent.every((one) => one.problem !== undefined) ? { error: problem } : { warning: problem };
  }
}

function problemOf(
  { name: vendor, eventNames }: Pick<ProviderManifest, 'name' | 'eventNames'>,
  name: string,
): NameProblem | undefined {
  switch (eventNameFault(eventNames, name)) {
    case undefined:
      return undefined;
    case 'blank':
      return { code: 'event_name_length', detail: `An event without a name cannot be sent to ${vendor}.` };
    case 'too_long': {
      const most =
        eventNames?.maximumBytes === undefined
          ? `${eventNames?.maximumCharacters ?? 0} characters`
          : `${eventNames.maximumBytes} bytes`;
      const detail = `In ${vendor} the name of an event has at most ${most}; ${JSON.stringify(name)} has more.`;
      return { code: 'event_name_length', detail };
    }
    case 'form': {
      const detail = `In ${vendor} the name of an event has to be ${eventNames?.form?.words ?? ''}; ${JSON.stringify(name)} is not.`;
      return { code: 'event_name_form', detail };
    }
    case 'reserved': {
      const detail = `${vendor} keeps ${JSON.stringify(name)} for its own purposes.`;
      return { code: 'event_name_reserved', detail };
    }
  }
}
