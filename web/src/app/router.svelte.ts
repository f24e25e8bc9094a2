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
  | { readonly page: "label"; readonly project: string }
  | { readonly page: "review"; readonly project: string }
  | { readonly page: "audit"; readonly project: string }
  | { readonly page: "comments"; readonly project: string };

const ID = "[0-9a-f-]{36}";

export function readRoute(path: string): Route {
  if (path === "/projects/new") return { page: "create" };
  if (path === "/people") return { page: "people" };
  if (path === "/health") return { page: "health" };
  if (path === "/keys") return { page: "keys" };
  if (path === "/account") return { page: "account" };
  if (path === "/welcome") return { page: "welcome" };
  const [, project, page] =
    new RegExp(`^/projects/(${ID})(?:/(label|review|audit|comments))?$`).exec(path) ?? [];
  if (project === undefined) return { page: "projects" };
  return { page: isPage(page) ? page : "project", project };
}

const isPage = (page: string | undefined): page is "label" | "review" | "audit" | "comments" =>
  page === "label" || page === "review" || page === "audit" || page === "comments";

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
