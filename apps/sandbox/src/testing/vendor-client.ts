export const AUTHORIZATION = `Basic ${Buffer.from('sandbox-site-us:sandbox-track-us').toString('base64')}`;

export function personUrl(sandbox: { readonly url: string }, email: string): string {
  return `${sandbox.url}/track.customer.io/api/v1/customers/${encodeURIComponent(email)}`;
}

/** Writes one person to the emulated Customer.io over HTTP, as a provider would. */
export function putPerson(
  sandbox: { readonly url: string },
  email: string,
  headers: Readonly<Record<string, string>> = {},
  signal?: AbortSignal,
): Promise<Response> {
  return fetch(personUrl(sandbox, email), {
    method: 'PUT',
    redirect: 'manual',
    headers: { authorization: AUTHORIZATION, 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ email }),
    ...(signal === undefined ? {} : { signal }),
  });
}

export async function control(
  sandbox: { readonly url: string },
  method: string,
  path: string,
  body?: unknown,
): Promise<Record<string, unknown>> {
  const answer = await fetch(`${sandbox.url}/_sandbox/${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return (await answer.json()) as Record<string, unknown>;
}

export async function addresses(sandbox: { readonly url: string }): Promise<readonly unknown[]> {
  const { people } = await control(sandbox, 'GET', 'customer-io/people?limit=50000');
  return (people as { email: unknown }[]).map((person) => person.email);
}
