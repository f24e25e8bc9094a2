"""The web app's files: what is served, under which headers, and what is not."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from assay.api.rest import static
from assay.api.rest.app import RequestFrame
from assay.api.rest.problem import install as install_problems

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
    "worker-src 'self' blob:; frame-ancestors 'none'"
)


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A folder as the build leaves it, beside a file that is no part of it."""
    folder = tmp_path / "static"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>Assay</title>")
    (folder / "assets" / "index-abc.js").write_text("console.log('café')")
    (folder / "service_worker.js").write_text("self.BUILT={}")
    (tmp_path / "secret").write_text("secret")
    return folder


def client(folder: Path) -> httpx.AsyncClient:
    """The app of a folder, with the frame that every response passes."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    app.state.engine = None
    app.add_middleware(RequestFrame)
    install_problems(app)
    static.install(app, folder)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://assay.test")


@pytest.mark.parametrize("path", ["/", "/projects", "/projects/new", "/projects/a/label", "/sign-in"])
async def test_app_answers_its_own_addresses(built: Path, path: str) -> None:
    async with client(built) as http:
        response = await http.get(path)
    assert response.text == "<!doctype html><title>Assay</title>"
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.headers["cache-control"] == "no-cache"
    assert response.headers["content-security-policy"] == POLICY
    assert response.headers["x-content-type-options"] == "nosniff"


async def test_hashed_files_stay(built: Path) -> None:
    async with client(built) as http:
        response = await http.get("/assets/index-abc.js")
        plain = await http.get("/assets/index-abc.js", headers={"accept-encoding": "identity"})
        again = await http.get("/assets/index-abc.js", headers={"if-none-match": response.headers["etag"]})
    assert response.text == plain.text == "console.log('café')"
    assert response.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert response.headers["content-type"] == "text/javascript; charset=utf-8"
    assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert (again.status_code, again.content) == (304, b"")


async def test_service_worker_is_asked_for_again_each_time(built: Path) -> None:
    async with client(built) as http:
        response = await http.get("/service_worker.js")
    assert response.text == "self.BUILT={}"
    assert response.headers["content-type"] == "text/javascript; charset=utf-8"
    assert response.headers["cache-control"] == "no-cache"


async def test_without_a_built_app_there_is_no_service_worker(tmp_path: Path) -> None:
    async with client(tmp_path / "none") as http:
        response = await http.get("/service_worker.js")
    assert (response.status_code, response.json()["code"]) == (404, "route.not_found")


@pytest.mark.parametrize(
    "path",
    [
        "/assets/none.js",
        "/assets/../../secret",
        "/assets/%2e%2e/%2e%2e/secret",
        "/secret",
        "/v1/none",
        "/index.php",
    ],
)
async def test_nothing_else_is_served(built: Path, path: str) -> None:
    async with client(built) as http:
        response = await http.get(path)
    assert (response.status_code, response.json()["code"]) == (404, "route.not_found")


async def test_without_a_built_app_a_page_says_how_to_build_it(tmp_path: Path) -> None:
    async with client(tmp_path / "none") as http:
        response = await http.get("/")
    assert "scripts/build-web" in response.text
    assert response.headers["content-security-policy"] == POLICY
