/** What of `@alicloud/fc2` 2.6.6 is used here; the package has no types. */
declare module '@alicloud/fc2' {
  interface Fc2Config {
    readonly accessKeyID: string;
    readonly accessKeySecret: string;
    /** Sent only when `accessKeyID` begins with `STS`; `headers` sends it always. */
    readonly securityToken?: string;
    readonly region: string;
    /** Without it and `endpoint` everything goes over plain HTTP. */
    readonly secure?: boolean;
    readonly endpoint?: string;
    /** Milliseconds, from the connection to the end of the answer. Default one minute. */
    readonly timeout?: number;
    /** Sent, and signed, with every request. */
    readonly headers?: Readonly<Record<string, string>>;
  }

  class Fc2Client {
    constructor(accountId: string, config: Fc2Config);
    /** `data` is parsed when the answer says that it is JSON; text otherwise. */
    invokeFunction(
      serviceName: string,
      functionName: string,
      event: Buffer | string,
      headers?: Readonly<Record<string, string>>,
    ): Promise<{ readonly headers: Readonly<Record<string, string>>; readonly data: unknown }>;
  }

  export = Fc2Client;
}
