/** The report as data. Instants are ISO in UTC; nothing is rounded. */
import type { InvolvedLogstore } from './involved.ts';
import type { Amounts, Report } from './report.ts';
import type { Stretch } from './stretch.ts';

export function reportJson({ range, flowLogs, logstores, totals, notWatched, basis, warnings }: Report) {
  return {
    ...stretchJson(range),
    flowLogs: flowLogs.map(({ flowLogId, service, regionId, account, name, logstore, ...each }) => ({
      flowLogId,
      service,
      regionId,
      account,
      name,
      logstore: logstore === null ? null : { project: logstore.project, logstore: logstore.logstore },
      activeSeconds: each.activeMs / 1000,
      inactiveSeconds: each.inactiveMs / 1000,
      unknownSeconds: each.unknownMs / 1000,
      changes: each.changes,
      failed: each.failed,
    })),
    logstores: logstores.map((each) => {
      const { bytesWritten, bytesNotWritten, bytesNotWrittenAtLeast, ...amounts } = amountsJson(each);
      return {
        ...logstoreJson(each),
        bytesWritten,
        bytesNotWritten,
        bytesNotWrittenAtLeast,
        estimatedFrom: each.estimatedFrom,
        pricePerGB: each.pricePerGB,
        currency: each.currency,
        extractionFee: each.extractionFee,
        ...amounts,
      };
    }),
    totals: totals.map((each) => ({ currency: each.currency, ...amountsJson(each) })),
    notWatched: notWatched.map(stretchJson),
    basis,
    warnings,
  };
}

const amountsJson = (each: Amounts): Amounts => ({
  bytesWritten: each.bytesWritten,
  bytesNotWritten: each.bytesNotWritten,
  bytesNotWrittenAtLeast: each.bytesNotWrittenAtLeast,
  amountWritten: each.amountWritten,
  amountSaved: each.amountSaved,
  amountSavedAtLeast: each.amountSavedAtLeast,
});

export const logstoreJson = ({ project, logstore, regionId, flowLogs }: InvolvedLogstore) => ({
  project,
  logstore,
  regionId,
  flowLogIds: flowLogs.map(({ flowLogId }) => flowLogId),
});

export const stretchJson = ({ start, end }: Stretch) => ({
  from: new Date(start).toISOString(),
  to: new Date(end).toISOString(),
});
