/** What the browser needs of an endpoint. */
export interface ActedEndpoint {
  id: string;
  url: string;
  description: string;
  events: string[];
  isEnabled: boolean;
  /** In ISO 8601: until when the secret before signs too. */
  previousExpiresAt: string | null;
}
