import { errorTable } from '../api-error.ts';

/**
 * Errors of SLS: those common to every operation, those of PutLogs, those of GetLogs and those of management.
 * UNVERIFIED against a live account: the status of `JobAlreadyExist`, and the one of `JobNotExist` and `DashboardNotExist`,
 * whose codes are those that Alibaba Cloud's Terraform provider looks for.
 * @see https://www.alibabacloud.com/help/en/sls/developer-reference/api-error-codes
 */
export const slsErrors = errorTable({
  DashboardNotExist: { status: 404, message: 'specified dashboard does not exist' },
  IndexAlreadyExist: { status: 400, message: 'log store index is already created' },
  IndexConfigNotExist: { status: 404, message: "index config doesn't exist" },
  IndexInfoInvalid: { status: 400, message: 'The index is invalid.' },
  'InvalidAction.NotFound': { status: 404, message: 'The request path is not supported.' },
  InternalServerError: { status: 500, message: 'Internal server error.' },
  InvalidAPIVersion: { status: 400, message: 'The API version is not supported.' },
  InvalidCompressType: { status: 400, message: 'The compress type is not supported.' },
  InvalidContentType: { status: 415, message: 'The content type is not supported.' },
  InvalidDateFormat: { status: 400, message: 'The date of the request is not well formatted.' },
  InvalidEncoding: { status: 400, message: 'The text is not UTF-8.' },
  InvalidLine: { status: 400, message: 'line is invalid' },
  InvalidOffset: { status: 400, message: 'offset is invalid' },
  InvalidReverse: { status: 400, message: 'Reverse value is invalid' },
  InvalidSignatureMethod: { status: 400, message: 'The signature method is not supported.' },
  InvalidTimeRange: { status: 400, message: 'request time range is invalid' },
  JobAlreadyExist: { status: 400, message: 'The job already exists.' },
  JobNotExist: { status: 404, message: 'The job does not exist.' },
  LogStoreAlreadyExist: { status: 400, message: 'logstore already exists' },
  LogStoreNotExist: { status: 404, message: 'logstore does not exist.' },
  MissingBodyRawSize: { status: 400, message: 'x-log-bodyrawsize must be set.' },
  ParameterInvalid: { status: 400, message: 'A parameter is invalid.' },
  PostBodyInvalid: { status: 400, message: 'The body of the request is invalid.' },
  PostBodyTooLarge: { status: 400, message: 'The body of the request is too large.' },
  PostBodyUncompressError: { status: 400, message: 'The body of the request cannot be decompressed.' },
  ProjectNotExist: { status: 404, message: 'The Project does not exist.' },
  ReadQuotaExceed: { status: 403, message: 'Project read quota exceed.' },
  RequestTimeExpired: { status: 400, message: 'The request time differs from the server by too much.' },
  ServerBusy: { status: 503, message: 'The server is busy, please try again later.' },
  ShardWriteQuotaExceed: { status: 403, message: 'Shard write quota exceed.' },
  SignatureNotMatch: { status: 401, message: 'The signature does not match.' },
  Unauthorized: { status: 401, message: 'The access key or its security token is invalid.' },
  WriteQuotaExceed: { status: 403, message: 'Project write quota exceed.' },
});
