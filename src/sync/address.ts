/** Addresses of remotes as they may be shown: what stands in a URL before the host is nobody's business. */
export function withoutSecrets(text: string): string {
  return text.replace(/(\w+:\/\/)[^/\s]*@/g, "$1");
}
