import { errorTable } from '../api-error.ts';

/** @see https://www.alibabacloud.com/help/en/oss/user-guide/http-status-code-403 */
export const ossErrors = errorTable({
  AccessDenied: { status: 403, message: 'You have no right to access this object.' },
  EntityTooLarge: { status: 400, message: 'Your proposed upload exceeds the maximum allowed size.' },
  InvalidAccessKeyId: { status: 403, message: 'The OSS Access Key Id you provided does not exist.' },
  InvalidDigest: { status: 400, message: 'The Content-MD5 you specified was invalid.' },
  InternalError: { status: 500, message: 'We encountered an internal error. Please try again.' },
  MethodNotAllowed: { status: 405, message: 'The method is not allowed against this resource.' },
  NoSuchBucket: { status: 404, message: 'The specified bucket does not exist.' },
  RequestTimeTooSkewed: {
    status: 403,
    message: 'The difference between the request time and the current time is too large.',
  },
  SecurityTokenExpired: { status: 403, message: 'The security token you provided has expired.' },
  SignatureDoesNotMatch: {
    status: 403,
    message:
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
  },
});
