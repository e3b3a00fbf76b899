"""Pages of the working tree on 127.0.0.1, built again whenever a file of the project changes."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, StreamingResponse
from starlette.routing import Route

from dd_sync.core.secrets import Redactor
from dd_sync.reports.heading import Heading
from dd_sync.reports.html import Page, plan_html, problem_html
from dd_sync.reports.paging import Pagers
from dd_sync.reports.tree import tree
from dd_sync.runs.preview_build import Broken, Build, build

HOST = "127.0.0.1"
LOOK_SECONDS = 0.4
"""How often the files are looked at."""

HEARTBEAT_SECONDS = 10.0
"""How often an open page hears that nothing changed, so that a closed one is noticed."""

_READ = (".py", ".yaml", ".yml", ".json")
_PASSED_OVER = frozenset({"__pycache__", "node_modules", "site", "dist"})


@dataclass
class Preview:
    """What is shown: the last build, and the last good one for the tree beside an error."""

    root: Path
    target: str | None
    live: bool
    redactor: Redactor
    shown: Build | Broken = field(default_factory=lambda: Broken("building"))
    good: Build | None = None
    version: int = 0
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def rebuild(self) -> None:
        """Builds and tells every open page."""
        made = await asyncio.to_thread(build, self.root, self.target, live=self.live)
        async with self.changed:
            self.shown, self.version = made, self.version + 1
            self.good = made if isinstance(made, Build) else self.good
            self.changed.notify_all()

    async def watch(self) -> None:
        """Builds now, and again after each change of a file."""
        seen = snapshot(self.root)
        await self.rebuild()
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            now = await asyncio.to_thread(snapshot, self.root)
            if now != seen:
                seen = now
                await self.rebuild()

    def page(self, of: str) -> str:
        """The page of one branch of the tree, or of everything."""
        aside = tree(self.good.branches, of) if self.good else None
        page = Page(aside=aside, version=str(self.version))
        match self.shown:
            case Broken(message, hint):
                return problem_html("Preview", self.redactor.text(message), self.redactor.text(hint), page)
            case Build() as made:
                return self._plan(made, of, page)

    def _plan(self, made: Build, of: str, page: Page) -> str:
        wanted = next((set(one.objects) for one in made.branches if one.place == of), None)
        plan = made.plan
        if wanted is not None:
            plan = replace(plan, changes=tuple(one for one in plan.changes if one.name in wanted))
        heading = Heading(made.project, made.target, made.place or "compared with nothing", 0.0)
        return plan_html(plan, heading, Pagers(made.pagers), page, redactor=self.redactor)

    async def news(self, since: str) -> AsyncIterator[str]:
        """The version, whenever it is another than the page has; a heartbeat in between."""
        while True:
            async with self.changed:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self.changed.wait_for(lambda: str(self.version) != since), HEARTBEAT_SECONDS)
            yield f"data: {self.version}\n\n"


def snapshot(root: Path) -> dict[str, tuple[int, int]]:
    """When each file that a build may read was written, and its size."""
    return {path: (found.st_mtime_ns, found.st_size) for path, found in _files(root)}


def _files(root: Path) -> Iterator[tuple[str, os.stat_result]]:
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if not name.startswith(".") and name not in _PASSED_OVER]
        for name in names:
            if name.endswith(_READ):
                path = os.path.join(folder, name)
                with contextlib.suppress(OSError):  # gone between the two looks
                    yield path, os.stat(path)


def application(preview: Preview) -> Starlette:
    """The pages and the news of changes."""

    async def page(request: Request) -> HTMLResponse:
        text = await asyncio.to_thread(preview.page, request.query_params.get("of", ""))
        return HTMLResponse(text, headers={"Cache-Control": "no-store", "X-Frame-Options": "DENY"})

    async def changes(request: Request) -> StreamingResponse:
        news = preview.news(request.query_params.get("since", ""))
        return StreamingResponse(news, media_type="text/event-stream", headers={"Cache-Control": "no-store"})

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        watching = asyncio.create_task(preview.watch())
        yield
        watching.cancel()

    return Starlette(
        routes=[Route("/", page), Route("/changes", changes)],
        # Only by this machine's own name: a page elsewhere could have its name point here and read along.
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=[HOST, "localhost"])],
        lifespan=lifespan,
    )


def serve(preview: Preview, port: int, ready: Callable[[str], None]) -> None:
    """Serves until interrupted; `ready` is told the address. Raises OSError when the port is taken."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((HOST, port))
    listener.listen()  # whoever comes before the server has started waits in line
    server = uvicorn.Server(
        uvicorn.Config(
            application(preview),
            log_config=None,
            log_level="critical",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=1,  # open pages listen for changes and never hang up
        )
    )
    ready(f"http://{HOST}:{listener.getsockname()[1]}")
    with contextlib.suppress(KeyboardInterrupt):
        server.run([listener])
