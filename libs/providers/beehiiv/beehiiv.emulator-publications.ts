import type { EmulatedRequest } from '@rekomi/provider-contract';
import { jsonAnswer, jsonObject, type Reply } from '@rekomi/vendor-emulation';
import { errorAnswer, publicationView } from './beehiiv.emulator-answers.js';
import type { Operation, Publication, Workspace } from './beehiiv.emulator-model.js';
import { answerSubscriptions } from './beehiiv.emulator-subscriptions.js';

/** A request about one publication. */
export interface PublicationCall {
  readonly workspace: Workspace;
  readonly publication: Publication;
  readonly request: EmulatedRequest;
  readonly now: number;
}

export function answerPublications(workspace: Workspace, request: EmulatedRequest): Reply<Operation> {
  if (request.method !== 'GET') return errorAnswer(404, 'Not Found', 'Not found');
  const { query } = request;
  const descending = query.get('direction') === 'desc' ? -1 : 1;
  const byName = query.get('order_by') === 'name';
  const sorted = [...workspace.publications.values()].sort(
    (one, other) =>
      descending *
      (byName
        ? one.name.localeCompare(other.name)
        : one.created - other.created || one.id.localeCompare(other.id)),
  );
  return page(request, sorted, (publication) => publicationView(publication, workspace.name));
}

export function answerPublication(call: PublicationCall, path: readonly string[]): Reply<Operation> {
  const { publication, workspace, request } = call;
  const [area, ...rest] = path;
  if (area === undefined && request.method === 'GET')
    return jsonAnswer(200, { data: publicationView(publication, workspace.name) });
  if (area === 'custom_fields' && rest.length === 0) return answerFields(call);
  if (area === 'subscriptions') return answerSubscriptions(call, rest);
  return errorAnswer(404, 'Not Found', 'Not found');
}

const KINDS: readonly string[] = ['string', 'integer', 'boolean', 'date', 'datetime', 'list', 'double'];

function answerFields({ workspace, publication, request }: PublicationCall): Reply<Operation> {
  if (request.method === 'GET')
    return page(request, publication.fields, (field) => ({ ...field, created: 1_672_531_200 }));
  if (request.method !== 'POST') return errorAnswer(404, 'Not Found', 'Not found');
  const { kind, display } = jsonObject(request) ?? {};
  if (
    typeof kind !== 'string' ||
    !KINDS.includes(kind) ||
    typeof display !== 'string' ||
    display.trim() === ''
  )
    return errorAnswer(400, 'Bad Request', 'kind and display are required');
  const number = String(publication.fields.length).padStart(9, '0');
  const field = { id: `${publication.id.slice(4, 31)}${number}`, kind, display };
  const operations: Operation[] = [{ k: 'field', w: workspace.id, p: publication.id, field }];
  return { ...jsonAnswer(201, { data: field }), operations };
}

/** Lists by page: `limit` 1 to 100, 10 unless told. */
function page<Item>(
  request: EmulatedRequest,
  items: readonly Item[],
  view: (item: Item) => object,
): Reply<Operation> {
  const limit = Number(request.query.get('limit') ?? '10');
  const number = Number(request.query.get('page') ?? '1');
  if (!Number.isInteger(limit) || limit < 1 || limit > 100)
    return errorAnswer(400, 'Bad Request', 'limit must be 1 to 100');
  if (!Number.isInteger(number) || number < 1)
    return errorAnswer(400, 'Bad Request', 'page must be 1 or more');
  return jsonAnswer(200, {
    data: items.slice((number - 1) * limit, number * limit).map(view),
    limit,
    page: number,
    total_results: items.length,
    total_pages: Math.max(1, Math.ceil(items.length / limit)),
  });
}
