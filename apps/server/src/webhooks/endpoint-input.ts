import { Inject, Injectable } from '@nestjs/common';
import { problem, type ProblemItem } from '@rekomi/http';
import { readEventName } from '@rekomi/programs';
import {
  type BodyTemplate,
  type EndpointChange,
  type FieldProblem,
  type NewEndpoint,
  presetHeaders,
  PRESETS,
  presetUrl,
  readBodyTemplate,
  readCustomHeaders,
  readEndpointUrl,
} from '@rekomi/webhooks';

import type { CreateWebhookEndpointRequest } from './create-webhook-endpoint.request.js';
import { ENDPOINT_RULES, type EndpointRules } from './endpoint-rules.js';
import type { UpdateWebhookEndpointRequest } from './update-webhook-endpoint.request.js';
import type { WebhookPresetRequest } from './webhook-preset.request.js';

type Preset = Required<Pick<NewEndpoint, 'url' | 'headers' | 'template'>>;

/** Reads what was asked for, and says of every field at once what cannot be accepted. */
@Injectable()
export class EndpointInput {
  constructor(@Inject(ENDPOINT_RULES) private readonly rules: EndpointRules) {}

  /** @throws ProblemException `validation_failed` */
  created(body: CreateWebhookEndpointRequest): NewEndpoint {
    const errors: ProblemItem[] = [];
    const preset = this.#preset(body, errors);
    if (body.url === undefined && body.preset === undefined) {
      errors.push({ pointer: '#/url', code: 'required', detail: 'Give an address, or choose a preset.' });
    }
    const wanted = {
      url: preset?.url ?? this.#url(body.url, errors) ?? '',
      description: descriptionOf(body.description) ?? null,
      environment: this.#environment(body, errors) ?? ('live' as const),
      eventTypes: eventTypes(body.eventTypes ?? ['*'], errors),
      headers: preset?.headers ?? headers(body.headers ?? {}, errors),
      template: preset?.template ?? template(body.template, errors) ?? null,
    };
    refuse(errors);
    return wanted;
  }

  /** @throws ProblemException `validation_failed` */
  changed(body: UpdateWebhookEndpointRequest): EndpointChange {
    const errors: ProblemItem[] = [];
    const preset = this.#preset(body, errors);
    const url = preset?.url ?? this.#url(body.url, errors);
    const environment = this.#environment(body, errors);
    const description = descriptionOf(body.description);
    const shape = preset?.template ?? template(body.template, errors);
    const change: EndpointChange = {
      ...(url === undefined ? {} : { url }),
      ...(description === undefined ? {} : { description }),
      ...(environment === undefined ? {} : { environment }),
      ...(body.eventTypes === undefined ? {} : { eventTypes: eventTypes(body.eventTypes, errors) }),
      ...(preset !== undefined
        ? { headers: preset.headers }
        : body.headers === undefined
          ? {}
          : { headers: headerChanges(body.headers, errors) }),
      ...(shape === undefined ? {} : { template: shape }),
    };
    refuse(errors);
    return change;
  }

  #url(url: string | undefined, errors: ProblemItem[]): string | undefined {
    if (url === undefined) return undefined;
    const reading = readEndpointUrl(url, this.rules.allowedHosts);
    if (reading.ok) return reading.url;
    errors.push(itemOf('#/url', reading.problem));
    return undefined;
  }

  #environment(
    { environment, preset }: { environment?: 'live' | 'sandbox'; preset?: WebhookPresetRequest },
    errors: ProblemItem[],
  ): 'live' | 'sandbox' | undefined {
    if (environment === undefined) return preset === undefined ? undefined : 'live';
    if (this.rules.environments.includes(environment)) return environment;
    const detail = 'This server has no sandbox. Use live.';
    errors.push({ pointer: '#/environment', code: 'environment_unknown', detail });
    return undefined;
  }

  #preset(
    body: Pick<CreateWebhookEndpointRequest, 'url' | 'headers' | 'template' | 'preset'>,
    errors: ProblemItem[],
  ): Preset | undefined {
    const { preset } = body;
    if (preset === undefined) return undefined;
    for (const field of ['url', 'headers', 'template'] as const) {
      if (body[field] === undefined || body[field] === null) continue;
      const detail = `${PRESETS[preset.name].label} brings its own. Leave it out.`;
      errors.push({ pointer: `#/${field}`, code: 'not_with_preset', detail });
    }
    const url = presetUrl(preset.name, preset.region);
    if (!url.ok) errors.push(itemOf('#/preset/region', url.problem));
    const opened = presetHeaders(preset.name, preset.credentials);
    if (!opened.ok) errors.push(...opened.problems.map((one) => itemOf('#/preset/credentials', one)));
    return {
      url: url.ok ? url.url : '',
      headers: opened.ok ? opened.headers : {},
      template: { preset: preset.name },
    };
  }
}

/** Undefined: as it is. */
function template(value: unknown, errors: ProblemItem[]): BodyTemplate | null | undefined {
  if (value === undefined || value === null) return value;
  const reading = readBodyTemplate(value);
  if (reading.ok) return reading.template;
  errors.push(...reading.problems.map((one) => itemOf('#/template', one)));
  return undefined;
}

function headers(value: unknown, errors: ProblemItem[]): Readonly<Record<string, string>> {
  const reading = readCustomHeaders(value);
  if (reading.ok) return reading.headers;
  errors.push(...reading.problems.map((one) => itemOf('#/headers', one)));
  return {};
}

function headerChanges(
  value: Readonly<Record<string, unknown>>,
  errors: ProblemItem[],
): Readonly<Record<string, string | null>> {
  const removed = Object.keys(value).filter((name) => value[name] === null);
  const given = Object.fromEntries(Object.entries(value).filter(([, text]) => text !== null));
  return { ...Object.fromEntries(removed.map((name) => [name, null])), ...headers(given, errors) };
}

/** Null: all of them. */
function eventTypes(names: readonly string[], errors: ProblemItem[]): readonly string[] | null {
  if (names.includes('*')) {
    if (names.length === 1) return null;
    const detail = '`*` stands for all events and stands alone.';
    errors.push({ pointer: '#/eventTypes', code: 'event_types_mixed', detail });
    return null;
  }
  const read = names.flatMap((text, index) => {
    const reading = readEventName(text);
    if (reading.ok) return [reading.name];
    errors.push({ pointer: `#/eventTypes/${index}`, ...reading.problem });
    return [];
  });
  return [...new Set(read)];
}

/** A description of blanks is none. */
function descriptionOf(text: string | null | undefined): string | null | undefined {
  if (text === undefined || text === null) return text;
  const trimmed = text.replaceAll('\0', '').trim();
  return trimmed === '' ? null : trimmed;
}

function itemOf(base: string, { pointer, code, detail }: FieldProblem): ProblemItem {
  return { pointer: `${base}${pointer}`, code, detail };
}

function refuse(errors: readonly ProblemItem[]): void {
  if (errors.length > 0) throw problem('validation_failed', { errors });
}
