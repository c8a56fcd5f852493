import { errorTable } from '../api-error.ts';

/**
 * Errors of Function Compute, the same codes for 2.0 and 3.0.
 * @see https://www.alibabacloud.com/help/en/functioncompute/error-codes
 */
export const fcErrors = errorTable({
  // The code is the one that Terraform's provider looks for; its message is made up.
  AsyncConfigNotExists: { status: 404, message: 'async invoke config does not exist' },
  AccessDenied: { status: 403, message: 'the caller is not authorized to perform this operation' },
  EntityTooLarge: { status: 400, message: 'payload size exceeds maximum allowed size' },
  // As Alibaba Cloud's Terraform provider looks for it.
  OnDemandConfigNotFound: { status: 404, message: 'concurrency config does not exist' },
  FunctionAlreadyExists: { status: 409, message: 'function already exists' },
  FunctionNotFound: { status: 404, message: 'function does not exist' },
  InternalServerError: { status: 500, message: 'an internal error has occurred. Please retry.' },
  InvalidAccessKeyID: { status: 403, message: 'invalid access key ID' },
  InvalidArgument: { status: 400, message: 'a parameter is invalid' },
  MissingRequiredHeader: { status: 400, message: 'required HTTP header was not specified' },
  PathNotSupported: { status: 400, message: 'the path is not supported' },
  ResourceExhausted: { status: 429, message: 'your request is denied due to the concurrency limit' },
  ResourceThrottled: { status: 503, message: 'the request is throttled' },
  ServiceNotFound: { status: 404, message: 'service does not exist' },
  SignatureNotMatch: {
    status: 403,
    message:
      'The request signature we calculated does not match the signature you provided. Check your access key and signing method',
  },
  TriggerAlreadyExists: { status: 409, message: 'trigger already exists' },
  TriggerNotFound: { status: 404, message: 'trigger does not exist' },
  VersionNotFound: { status: 404, message: 'version does not exist' },
});
