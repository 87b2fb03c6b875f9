import { CONNECTION_CODES } from './connection-error-codes.js';
import { DELIVERY_CODES } from './delivery-error-codes.js';
import { ENDPOINT_CODES } from './endpoint-error-codes.js';
import type { ErrorCodeText } from './error-code-text.js';

export type { ErrorCodeText, Party, RetryRule } from './error-code-text.js';

/**
 * Every code that an outcome, a connection state, a settled delivery or a verification can carry. Console, API, docs
 * and reports read this table; nothing else holds these texts. Page of a code: `docs/errors.md#<code>`.
 */
export const ERROR_CODES = {
  // Credentials and account
  credentials_rejected: {
    party: 'merchant',
    retry: 'after_change',
    title: 'The vendor does not accept these credentials',
    cause:
      'A key is mistyped, was deleted at the vendor, belongs to another account, or calls from this address are not allowed there.',
    fix: 'Copy the keys again from the vendor and verify the connection. If the account restricts API access by IP address, allow this server.',
  },
  credential_of_other_kind: {
    party: 'merchant',
    retry: 'after_change',
    title: 'This key works, but it is a key of another kind',
    cause: 'The vendor has several kinds of key, and the one in this field opens another of its APIs.',
    fix: 'Move the key to the field it belongs to, and paste the missing one from the page that the guide names.',
  },
  credentials_untested: {
    party: 'vendor',
    retry: 'never',
    title: 'The vendor cannot tell whether these credentials work',
    cause:
      'The vendor’s API has no call that would show it without writing something, and a check writes nothing.',
    fix: 'Nothing to do yet. The first contact shows it: if the credentials are wrong, the connection stops and says so, and nothing is lost.',
  },
  credential_missing: {
    party: 'merchant',
    retry: 'after_change',
    title: 'A key needed for this is missing',
    cause: 'The vendor wants a further key for this part of its API, and the connection has none.',
    fix: 'Add the key to the connection, or go without what the connection page says is lost.',
  },
  right_missing: {
    party: 'merchant',
    retry: 'after_change',
    title: 'The vendor does not allow this to this account',
    cause: 'The plan or the key does not include this part of the API.',
    fix: 'Check the plan and the key’s permissions at the vendor, then verify the connection again.',
  },
  account_inactive: {
    party: 'merchant',
    retry: 'after_change',
    title: 'The account at the vendor is switched off',
    cause: 'A payment is due, the plan ended, or the vendor suspended the account.',
    fix: 'Put the account in order at the vendor, then verify the connection again.',
  },
  address_blocked: {
    party: 'merchant',
    retry: 'after_change',
    title: 'The vendor does not accept calls from this server’s address',
    cause: 'The account restricts API access to known IP addresses, and this server is not among them.',
    fix: 'Allow the address of this server in the vendor’s security settings, or switch the restriction off, then verify again.',
  },
  api_version_retired: {
    party: 'us',
    retry: 'after_change',
    title: 'The vendor has retired the API version that is used',
    cause: 'This version of the product speaks an API that the vendor no longer answers.',
    fix: 'Update the product; what waits is then sent in order.',
  },
  region_moved: {
    party: 'vendor',
    retry: 'automatic',
    title: 'The account answers in another region',
    cause: 'The vendor redirected the call to its other data centre.',
    fix: 'Nothing to do: the region is detected again and the call sent once to the right host. If it goes on, verify the connection.',
  },
  // Audience and settings
  audience_missing: {
    party: 'merchant',
    retry: 'after_change',
    title: 'The chosen audience no longer exists',
    cause: 'It was deleted at the vendor, or it belongs to another account.',
    fix: 'Choose another audience on the connection or the campaign. What waited is then sent in order.',
  },
  audience_rule_based: {
    party: 'merchant',
    retry: 'after_change',
    title: 'The chosen audience is filled by rules',
    cause: 'The vendor computes its members itself; nobody can be added through the API.',
    fix: 'Choose an audience with manual membership, or create one from the connection page.',
  },
  audiences_not_listed: {
    party: 'vendor',
    retry: 'never',
    title: 'The vendor has no list to choose an audience from',
    cause: 'At this vendor an audience is a name, and the API does not tell which names exist.',
    fix: 'Type the name. It comes into being with the first contact that gets it.',
  },
  audience_needed: {
    party: 'merchant',
    retry: 'after_change',
    title: 'No audience is chosen',
    cause:
      'At this vendor a contact exists only inside an audience, and neither connection nor campaign names one.',
    fix: 'Choose an audience on the connection or on the campaign. What waited is then sent in order.',
  },
  // The contact
  email_invalid: {
    party: 'merchant',
    retry: 'after_change',
    title: 'The vendor does not accept this e-mail address',
    cause: 'The address is malformed, or the vendor’s rules are stricter than the standard’s.',
    fix: 'Correct the address of the affiliate; the contact is then sent again.',
  },
  email_too_long: {
    party: 'merchant',
    retry: 'after_change',
    title: 'The e-mail address is longer than the vendor stores',
    cause: 'The vendor limits the length of its identifier.',
    fix: 'Use a shorter address for this affiliate; there is no safe way to cut one.',
  },
  contact_suppressed: {
    party: 'merchant',
    retry: 'after_change',
    title: 'The vendor has blocked this person',
    cause: 'The person was suppressed or erased at the vendor; calls about them are ignored.',
    fix: 'Respect it, or lift the suppression at the vendor if it was a mistake.',
  },
  consent_not_raised: {
    party: 'merchant',
    retry: 'after_change',
    title: 'The person had opted out, and that was respected',
    cause:
      'At the vendor this person is unsubscribed, bounced, complained or archived, and the only call there is would subscribe them again.',
    fix: 'Nothing to do. If the person really wants mail again, let them subscribe at the vendor themselves.',
  },
  confirmation_pending: {
    party: 'merchant',
    retry: 'never',
    title: 'The person has to confirm first',
    cause: 'The audience asks people to confirm by mail (double opt-in) before they are in it.',
    fix: 'Nothing to do. Choose an audience without confirmation if this is not wanted.',
  },
  identifier_conflict: {
    party: 'merchant',
    retry: 'after_change',
    title: 'The address belongs to another profile at the vendor',
    cause: 'Two profiles claim this address, so the vendor did not apply the change.',
    fix: 'Merge the two profiles at the vendor, then release the contact.',
  },
  field_rejected: {
    party: 'merchant',
    retry: 'after_change',
    title: 'The vendor rejected a field',
    cause: 'The value does not fit what the vendor allows for this field.',
    fix: 'Change the value named in the detail. The person was written without it where the field is optional.',
  },
  field_missing: {
    party: 'merchant',
    retry: 'after_change',
    title: 'The vendor has no such field',
    cause:
      'At this vendor fields have to exist before a value can be written, and the one named in the detail does not.',
    fix: 'Create the field at the vendor under exactly this name. The person was written without it.',
  },
  tag_limit_reached: {
    party: 'merchant',
    retry: 'after_change',
    title: 'The vendor takes no further tags',
    cause: 'The vendor limits how many tags an account or a contact can have.',
    fix: 'Delete tags at the vendor that nobody needs, or use fewer. The person was written without the new ones.',
  },
  left_in_place: {
    party: 'vendor',
    retry: 'never',
    title: 'Something of ours stays at the vendor',
    cause:
      'The vendor’s API has no way of taking it away alone, or the only way would unsubscribe or delete the person.',
    fix: 'Take it away at the vendor by hand if it matters; the detail names what stays.',
  },
  field_shortened: {
    party: 'merchant',
    retry: 'never',
    title: 'A value was cut to the vendor’s limit',
    cause: 'The vendor limits the size of one value.',
    fix: 'Use fewer or shorter tags if the cut-off part matters.',
  },
  attribute_reserved: {
    party: 'merchant',
    retry: 'after_change',
    title: 'The attribute’s name is reserved by the vendor',
    cause: 'Writing it would change how the vendor treats the person.',
    fix: 'Choose another name.',
  },
  contact_refused: {
    party: 'merchant',
    retry: 'after_change',
    title: 'The vendor refused this contact',
    cause: 'The vendor will not take the contact as it stands; its own words are below.',
    fix: 'Correct the affiliate’s data, then release the contact.',
  },
  contact_not_found: {
    party: 'merchant',
    retry: 'after_change',
    title: 'The vendor knows nobody with this address',
    cause: 'The person was looked for several times and is not there (yet), or was deleted.',
    fix: 'Nothing, if the person is new: the vendor is asked again. Otherwise check the address at the vendor.',
  },
  // The event
  event_name_invalid: {
    party: 'merchant',
    retry: 'never',
    title: 'The vendor does not accept this event name',
    cause: 'The name is empty, too long, or reserved by the vendor.',
    fix: 'Send the event under another name.',
  },
  event_too_large: {
    party: 'merchant',
    retry: 'never',
    title: 'The event’s data is larger than the vendor takes',
    cause: 'The vendor limits the size of one event.',
    fix: 'Send less data with the event.',
  },
  event_key_dropped: {
    party: 'merchant',
    retry: 'never',
    title: 'A reserved key was left out of the event’s data',
    cause: 'At the vendor this key would change the message that the event triggers.',
    fix: 'Rename the key.',
  },
  event_time_invalid: {
    party: 'merchant',
    retry: 'never',
    title: 'The event’s time is outside what the vendor takes',
    cause: 'The time is no valid moment, or lies too far away.',
    fix: 'Send the event with its true time.',
  },
  event_refused: {
    party: 'merchant',
    retry: 'never',
    title: 'The vendor refused this event',
    cause: 'The vendor will not take the event as it stands; its own words are below.',
    fix: 'Correct what the vendor names and send the event again under a new id.',
  },
  // The vendor and the way there
  vendor_unreachable: {
    party: 'vendor',
    retry: 'automatic',
    title: 'The vendor could not be reached',
    cause: 'The connection failed before anything was sent: name resolution, network, or TLS.',
    fix: 'Nothing to do if it passes. Otherwise check that this server may reach the vendor’s hosts.',
  },
  vendor_timeout: {
    party: 'vendor',
    retry: 'automatic',
    title: 'The vendor did not answer in time',
    cause: 'The request was sent and no answer came, so it may or may not have been applied.',
    fix: 'Nothing to do: it is repeated in a way that does no harm.',
  },
  vendor_cut: {
    party: 'vendor',
    retry: 'automatic',
    title: 'The connection broke before the answer',
    cause: 'The request was sent and the connection was cut, so it may or may not have been applied.',
    fix: 'Nothing to do: it is repeated in a way that does no harm.',
  },
  vendor_error: {
    party: 'vendor',
    retry: 'automatic',
    title: 'The vendor has an internal error',
    cause: 'The vendor answered with a server error.',
    fix: 'Nothing to do if it passes; the vendor’s status page tells more.',
  },
  vendor_unreadable: {
    party: 'vendor',
    retry: 'automatic',
    title: 'The vendor’s answer could not be read',
    cause:
      'Something other than the vendor’s API answered, often an HTML page of a proxy or a maintenance page.',
    fix: 'Nothing to do if it passes. Otherwise check for a proxy between this server and the vendor.',
  },
  vendor_throttled: {
    party: 'vendor',
    retry: 'automatic',
    title: 'The vendor asks for patience',
    cause:
      'More requests reached the vendor than it allows in its time window, perhaps from another tool of yours.',
    fix: 'Nothing to do: sending goes on as soon as the vendor allows. Lower the connection’s rate if it happens often.',
  },
  vendor_ignored: {
    party: 'vendor',
    retry: 'after_change',
    title: 'The vendor took it and did not apply it',
    cause: 'The vendor answered with success, and reading back shows that nothing changed.',
    fix: 'Look at the contact in the vendor’s own activity log. Its next change, or a reconciliation with repair, writes everything again; what is held goes on when it is released.',
  },
  receipt_incomplete: {
    party: 'vendor',
    retry: 'after_change',
    title: 'The vendor took it and applied only a part',
    cause:
      'The vendor answered with success, and reading back shows that some of what was written is missing or has another value: vendors drop what breaks a limit of theirs without a word, and rules or other tools of the account may change a value at once.',
    fix: 'The delivery’s receipt names what did not arrive. Look at the contact in the vendor’s own activity log and at rules that change these fields. The contact’s next change, or a reconciliation with repair, writes them again.',
  },
  answer_unknown: {
    party: 'us',
    retry: 'automatic',
    title: 'The vendor gave an answer we do not know',
    cause: 'The answer is not among those that the vendor documents.',
    fix: 'It is tried again. If it stays, report it with the exchange; nothing is lost meanwhile.',
  },
  request_malformed: {
    party: 'us',
    retry: 'after_change',
    title: 'The vendor could not understand our request',
    cause: 'The vendor says the request itself is malformed, which is a fault of this software.',
    fix: 'Report it with the exchange. The contact is held and goes on after an update.',
  },
  send_withheld: {
    party: 'us',
    retry: 'automatic',
    title: 'Not sent yet',
    cause: 'The process was ending, or the vendor’s limits left no room.',
    fix: 'Nothing to do: it is sent later.',
  },
  host_not_allowed: {
    party: 'us',
    retry: 'after_change',
    title: 'The host is not one of the vendor’s',
    cause:
      'An address that was entered, or a host that a request was meant for, is not on the list of the provider’s manifest.',
    fix: 'If you entered an address, copy it again from the vendor. Otherwise report it: it is a fault of the provider.',
  },
  provider_fault: {
    party: 'us',
    retry: 'automatic',
    title: 'The provider’s code failed',
    cause: 'The provider threw instead of returning an outcome, which is a fault of this software.',
    fix: 'Report it with the log line. It is tried again; nothing is lost.',
  },
  ...DELIVERY_CODES,
  ...CONNECTION_CODES,
  ...ENDPOINT_CODES,
} as const satisfies Record<string, ErrorCodeText>;

export type ErrorCode = keyof typeof ERROR_CODES;

export function errorText(code: ErrorCode): ErrorCodeText {
  return ERROR_CODES[code];
}

export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_CODES, code);
}
