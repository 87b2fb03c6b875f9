/**
 * An opaque handle on one connection's credentials. The transport alone reveals values: `authorize` to write them into
 * a request, `mask` to recognise them in what is recorded, `hint` to take out what is no secret. The handle must print as nothing.
 */
export interface CredentialSource {
  has(name: string): boolean;
  reveal(name: string, purpose: 'authorize' | 'mask' | 'hint'): string | undefined;
}
