export { AddressConfirmationService, CONFIRMATION_DAYS } from './address-confirmation.service.js';
export type { Confirmation, ConfirmationPlace } from './address-confirmation.service.js';
export { ADDRESS_LABELS } from './address-answer.js';
export type { AddressValue, Answer, AnswerFault, AnswerValue, GivenConsent } from './answer.js';
export { ApplicationReader } from './application-reader.js';
export type { ApplicationQuery } from './application-reader.js';
export { ApplicationService } from './application.service.js';
export type { Submission } from './application.service.js';
export type { ApplicationSummary, ApplicationView, SubmissionView } from './application-view.js';
export { COUNTRIES } from './countries.js';
export type { Country } from './countries.js';
export { ADDRESS_PARTS, EMAIL_KEY, FIELD_TARGETS, FIELD_TYPES, NEEDED_ADDRESS_PARTS } from './form.js';
export type {
  AddressPart,
  ApplicationForm,
  FieldOption,
  FieldTarget,
  FieldType,
  FormField,
  FormTexts,
} from './form.js';
export { MOST_FIELDS } from './form-input.js';
export type { FieldInput, FormInput } from './form-input.js';
export { MOST_OPTIONS } from './field-options.js';
export { formRevision } from './form-revision.js';
export { ApplicationFormService } from './form.service.js';
export { PageAddresses } from './page-addresses.js';
export { readAnswers } from './read-answers.js';
export type { FilledForm, FormReading, GivenAnswers } from './read-answers.js';
