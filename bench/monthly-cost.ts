/** What a month on Function Compute comes to, from what was measured and from prices that are the reader's to check. */

/**
 * Prices of Function Compute 3.0 in compute units (CU), as its page of pay-as-you-go prices stated them when this was
 * written. UNVERIFIED: prices differ by site, region, tier and day.
 * @see https://help.aliyun.com/en/functioncompute/fc/product-overview/pay-as-you-go-billing-methods
 */
export const UNVERIFIED_PRICES = {
  currency: 'CNY',
  pricePerCu: 0.00011,
  cuPerVcpuSecond: 1,
  cuPerGbSecond: 0.15,
  cuPer10000Calls: 75,
} as const;

export interface Prices {
  readonly currency: string;
  readonly pricePerCu: number;
  readonly cuPerVcpuSecond: number;
  readonly cuPerGbSecond: number;
  readonly cuPer10000Calls: number;
}

/** As `s.yaml` deploys it. */
export interface Deployment {
  readonly vcpu: number;
  readonly memoryGb: number;
  readonly tickMinutes: number;
}

export interface MonthlyCost {
  readonly calls: number;
  /** Of one invocation. */
  readonly seconds: number;
  readonly vcpuSeconds: number;
  readonly gbSeconds: number;
  readonly computeUnits: number;
  readonly amount: number;
}

const MINUTES_A_MONTH = (365.25 / 12) * 24 * 60;

/**
 * Every invocation is taken to be a cold start that changes nothing. With a part of a CPU, computing takes as many
 * times longer; waiting for answers does not.
 * @param cpuMs of the whole process, Node.js' own start included
 * @param waitMs for the cloud's answers
 */
export function monthlyCost(
  cpuMs: number,
  waitMs: number,
  { vcpu, memoryGb, tickMinutes }: Deployment,
  prices: Prices,
): MonthlyCost {
  const calls = MINUTES_A_MONTH / tickMinutes;
  const seconds = (cpuMs / Math.min(vcpu, 1) + waitMs) / 1000;
  const vcpuSeconds = calls * seconds * vcpu;
  const gbSeconds = calls * seconds * memoryGb;
  const computeUnits =
    vcpuSeconds * prices.cuPerVcpuSecond +
    gbSeconds * prices.cuPerGbSecond +
    (calls / 10_000) * prices.cuPer10000Calls;
  return { calls, seconds, vcpuSeconds, gbSeconds, computeUnits, amount: computeUnits * prices.pricePerCu };
}
