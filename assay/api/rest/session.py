"""Routes of signing in and out, and of oneself."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from assay.api.rest.call import COOKIE, Caller, answer, check_origin
from assay.api.rest.schema import body, reads
from assay.domain.labeler import Myself, NewLogin, NewPassword
from assay.errors import Forbidden, Invalid, Malformed
from assay.service import sign_in
from assay.service.engine import Engine
from assay.service.labeler import myself

router = APIRouter(tags=["sessions"])


@router.get("/v1/me", response_model=Myself)
async def me(call: Caller) -> Response:
    """Who you are here."""
    return answer(await myself(call.engine, call.principal))


@router.put(
    "/v1/me/password",
    response_model=Myself,
    openapi_extra=reads(NewPassword, {"current": "…", "password": "a long sentence is a good password"}),
)
async def choose_password(call: Caller, new: Annotated[NewPassword, Depends(body(NewPassword))]) -> Response:
    """Choose a password, or change it by naming the one there is. You are signed out everywhere else.

    Whoever signed in by a one-time link need not name the one there is.
    """
    signed = await sign_in.set_password(call.engine, call.principal, new)
    return await _signed_in(call.engine, signed)


@router.post(
    "/v1/login",
    response_model=Myself,
    openapi_extra=reads(NewLogin, {"email": "ann@example.org", "password": "…"}),
)
async def login(request: Request, new: Annotated[NewLogin, Depends(body(NewLogin))]) -> Response:
    """Sign a browser in; the session comes as a cookie that scripts cannot read."""
    engine: Engine = request.app.state.engine
    if request.query_params:
        # Where to go next is the page's own business: an address in a parameter would lead people away (A37).
        raise Malformed("route.query", "signing in takes no parameters")
    if "origin" in request.headers:
        check_origin(request)
    source = request.client.host if request.client else ""
    if new.token is not None:
        signed = await sign_in.sign_in_by_link(engine, new.token, source)
    elif new.email is not None and new.password is not None:
        signed = await sign_in.sign_in(engine, new.email, new.password, source)
    else:
        raise Invalid("field.missing", "send email and password, or token", pointer="/email")
    return await _signed_in(engine, signed)


@router.post("/v1/logout", status_code=204)
async def logout(call: Caller) -> Response:
    """Sign this browser out."""
    session = call.request.cookies.get(COOKIE)
    if not call.principal.by_session or session is None:
        raise Forbidden("role.forbidden", "an API key has no session to end")
    await sign_in.sign_out(call.engine, session)
    response = Response(status_code=204)
    response.delete_cookie(COOKIE, path="/")
    return response


async def _signed_in(engine: Engine, signed: sign_in.SignedIn) -> Response:
    response = answer(await myself(engine, signed.principal))
    response.set_cookie(
        COOKIE,
        signed.session,
        max_age=sign_in.SESSION_SECONDS,
        httponly=True,
        samesite="strict",
        secure=engine.address.startswith("https:"),
        path="/",
    )
    return response
