/** The page's address as state. The server answers every one of these paths with the app. */
export type Route =
  | { readonly page: "projects" }
  | { readonly page: "create" }
  | { readonly page: "people" }
  | { readonly page: "health" }
  | { readonly page: "account" }
  | { readonly page: "keys" }
  | { readonly page: "welcome" }
  | { readonly page: "project"; readonly project: string }
  /** A review may be of one task that the address names. */
  | { readonly page: "review"; readonly project: string; readonly task: string | null }
  | { readonly page: (typeof PROJECT_PAGES)[number]; readonly project: string };

/** Pages of a project, by the last part of their addresses. */
const PROJECT_PAGES = ["label", "looks", "audit", "comments", "questions", "items"] as const;

const ID = "[0-9a-f-]{36}";

export function readRoute(path: string): Route {
  if (path === "/projects/new") return { page: "create" };
  if (path === "/people") return { page: "people" };
  if (path === "/health") return { page: "health" };
  if (path === "/keys") return { page: "keys" };
  if (path === "/account") return { page: "account" };
  if (path === "/welcome") return { page: "welcome" };
  const [, reviewed, task = null] = new RegExp(`^/projects/(${ID})/review(?:/(${ID}))?$`).exec(path) ?? [];
  if (reviewed !== undefined) return { page: "review", project: reviewed, task };
  const [, project, page] =
    new RegExp(`^/projects/(${ID})(?:/(${PROJECT_PAGES.join("|")}))?$`).exec(path) ?? [];
  if (project === undefined) return { page: "projects" };
  return { page: PROJECT_PAGES.find((name) => name === page) ?? "project", project };
}

class Router {
  #path = $state(location.pathname);
  readonly route = $derived(readRoute(this.#path));

  constructor() {
    addEventListener("popstate", () => {
      this.#path = location.pathname;
    });
  }

  go(path: string): void {
    history.pushState(null, "", path);
    this.#path = path;
    scrollTo(0, 0);
  }
}

export const router = new Router();

/** For links: goes there without loading the page anew, unless the person asks for a new tab. */
export function follow(event: MouseEvent & { readonly currentTarget: HTMLAnchorElement }): void {
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  router.go(event.currentTarget.pathname);
}
