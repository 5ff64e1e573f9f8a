/** What a router needs to know of a route. */
interface Routed {
  method: string;
  /** `/v1/keys/{id}/revoke`; a last `{name...}` takes the rest of the path, slashes included. */
  pattern: string;
}

/** Parameters of a path by their names, decoded. */
export type PathParams = Readonly<Record<string, string>>;

type Found<R> =
  | { route: R; params: PathParams }
  /** The path exists, but not with this method: these it has. */
  | { route: null; allowed: string[] };

const noParams: PathParams = {};

/** Finds routes by method and path. Paths are matched segment by segment, each decoded by itself. */
export class Router<R extends Routed> {
  private readonly byPath = new Map<string, R[]>();
  private readonly patterns: { segments: string[]; routes: R[] }[] = [];

  constructor(routes: readonly R[]) {
    for (const pattern of new Set(routes.map((route) => route.pattern))) {
      const same = routes.filter((route) => route.pattern === pattern);
      if (pattern.includes("{")) this.patterns.push({ segments: pattern.split("/"), routes: same });
      else this.byPath.set(pattern, same);
    }
  }

  /** Null for a path that no pattern fits; of several the first decides. Throws URIError. */
  find(method: string, path: string): Found<R> | null {
    const literal = this.byPath.get(path.includes("%") ? decodeURIComponent(path) : path);
    if (literal) return choose(literal, method, noParams);
    const segments = path.split("/");
    for (const { segments: pattern, routes } of this.patterns) {
      const params = match(pattern, segments);
      if (params) return choose(routes, method, params);
    }
    return null;
  }
}

function choose<R extends Routed>(routes: R[], method: string, params: PathParams): Found<R> {
  const wanted = method === "HEAD" ? "GET" : method;
  const route = routes.find((one) => one.method === wanted);
  if (route) return { route, params };
  const allowed = routes.flatMap((one) => (one.method === "GET" ? ["GET", "HEAD"] : [one.method]));
  return { route: null, allowed };
}

function match(pattern: string[], segments: string[]): PathParams | null {
  const params: Record<string, string> = {};
  for (const [i, part] of pattern.entries()) {
    const isRest = part.endsWith("...}");
    const value = decodeURIComponent((isRest ? segments.slice(i).join("/") : segments[i]) ?? "");
    if (!part.startsWith("{")) {
      if (value !== part) return null;
      continue;
    }
    if (value === "") return null;
    params[part.slice(1, isRest ? -4 : -1)] = value;
    if (isRest) return params;
  }
  return pattern.length === segments.length ? params : null;
}
