/** A URL without the user and password that may be in it. */
export function withoutUserInfo(url: string): string {
  return url.replace(/^([a-z][a-z\d+.-]*:\/\/)[^/@]*@/i, '$1')
}

/** True for a header whose value may be a secret, whatever the provider calls it. */
export const isSecretHeader = (name: string): boolean =>
  /auth|key|token|secret|cookie|password|session|signature/i.test(name)
