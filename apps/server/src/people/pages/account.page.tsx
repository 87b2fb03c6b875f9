import type { ReactElement } from 'react';

import { PageLayout } from '../../pages/page-layout.js';
import type { SessionAnswer } from '../session.answer.js';
import { CsrfField } from './csrf-field.js';

export interface AccountPageProps {
  readonly session: SessionAnswer;
}

export function AccountPage({ session }: AccountPageProps): ReactElement {
  const { user, organization, organizations, csrfToken } = session;
  const others = organizations.filter(({ id }) => id !== organization.id);
  return (
    <PageLayout title="Your account" from={organization.name}>
      <p>
        You are signed in as <strong>{user.name}</strong> ({user.email}), {organization.role} of{' '}
        {organization.name}.
      </p>
      {others.length === 0 ? null : (
        <form method="post" action="/account/organization">
          <CsrfField token={csrfToken} />
          <div className="field">
            <label htmlFor="organizationId">Work in</label>
            <select id="organizationId" name="organizationId">
              {others.map(({ id, name, role }) => (
                <option key={id} value={id}>
                  {name} ({role})
                </option>
              ))}
            </select>
          </div>
          <button className="quiet" type="submit">
            Switch
          </button>
        </form>
      )}
      <h2>Links</h2>
      <ul>
        <li>
          <a href="/docs">API reference</a>
        </li>
        <li>
          <a href="/account/forgot">Set a new password</a>
        </li>
      </ul>
      <form method="post" action="/account/sign-out">
        <CsrfField token={csrfToken} />
        <button className="quiet" type="submit">
          Sign out
        </button>
      </form>
    </PageLayout>
  );
}
