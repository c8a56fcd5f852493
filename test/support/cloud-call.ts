/** What a made-up error is about. */
export const CALL = { service: 'CEN', operation: 'DescribeFlowlogs' } as const;
