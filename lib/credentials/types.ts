/** What signs a request. Never printed. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  /** STS token of temporary credentials. */
  readonly securityToken?: string;
}

/** Asked before every request, so that temporary credentials are never kept past their life. */
export type CredentialsProvider = () => Promise<Credentials>;
