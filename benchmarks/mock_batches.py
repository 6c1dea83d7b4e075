"""The Batch API of the mock server: files go in, each of their requests is answered as the chat endpoint would."""

from collections.abc import Callable
from typing import Any

import orjson
from aiohttp import web

Body = dict[str, Any]
# The status and body for a request; None where it is not answered in time.
Answer = Callable[[Body], tuple[int, Body] | None]
EXPIRED = {"code": "batch_expired", "message": "This request could not be executed before the completion window."}


class Batches:
    """Files and batches by their ids. A batch is in progress for `looks` looks at it."""

    def __init__(self, answer: Answer, looks: int) -> None:
        self._answer, self._looks = answer, looks
        self.files: dict[str, bytes] = {}
        self.batches: dict[str, Body] = {}

    async def serve(self, request: web.BaseRequest) -> web.Response:
        """One request to /v1/files or /v1/batches."""
        match request.method, request.path.split("/")[2:]:
            case "POST", ["files"]:
                return _json(await self._upload(request))
            case "GET", ["files", id, "content"] if id in self.files:
                return web.Response(body=self.files[id])
            case "POST", ["batches"]:
                return _json(self._begin(orjson.loads(await request.read())))
            case "GET", ["batches"]:
                return _json({"object": "list", "data": list(self.batches.values()), "has_more": False})
            case "GET", ["batches", id] if id in self.batches:
                return _json(self._look(self.batches[id]))
        return _json({"error": {"message": f"no {request.method} {request.path} here", "type": "mock"}}, 404)

    async def _upload(self, request: web.BaseRequest) -> Body:
        async for part in await request.multipart():
            if part.name == "file":  # type: ignore[union-attr]
                return self._keep(bytes(await part.read()))  # type: ignore[union-attr]
        raise web.HTTPBadRequest

    def _keep(self, content: bytes) -> Body:
        id = f"file-{len(self.files) + 1}"
        self.files[id] = content
        facts = {
            "object": "file",
            "created_at": 0,
            "filename": "batch.jsonl",
            "purpose": "batch",
            "status": "processed",
        }
        return {"id": id, "bytes": len(content), **facts}

    def _begin(self, given: Body) -> Body:
        id = f"batch_{len(self.batches) + 1}"
        total = len(self.files[given["input_file_id"]].splitlines())
        counts = {"total": total, "completed": 0, "failed": 0}
        facts = {"object": "batch", "created_at": 0, "status": "validating", "request_counts": counts, "looks": 0}
        self.batches[id] = {"id": id, **given, **facts}
        return self.batches[id]

    def _look(self, batch: Body) -> Body:
        batch["looks"] += 1
        if batch["looks"] <= self._looks:
            batch["status"] = "in_progress"
        elif batch["status"] in ("validating", "in_progress"):
            self._finish(batch)
        return batch

    def _finish(self, batch: Body) -> None:
        """Answer every request; what failed and what expired goes into a file of its own."""
        lines = [self._line(orjson.loads(line)) for line in self.files[batch["input_file_id"]].splitlines()]
        good = [line for line in lines if line["response"] and line["response"]["status_code"] == 200]
        bad = [line for line in lines if line not in good]
        batch["status"] = "expired" if any(line["error"] for line in bad) else "completed"
        batch["request_counts"] = {"total": len(lines), "completed": len(good), "failed": len(bad)}
        for name, some in (("output_file_id", good), ("error_file_id", bad)):
            if some:
                batch[name] = self._keep(b"".join(orjson.dumps(line) + b"\n" for line in some))["id"]

    def _line(self, request: Body) -> Body:
        answer = self._answer(request["body"])
        response = {"status_code": answer[0], "request_id": "mock", "body": answer[1]} if answer else None
        facts = {"id": f"batch_req_{request['custom_id']}", "custom_id": request["custom_id"]}
        return {**facts, "response": response, "error": None if answer else EXPIRED}


def _json(value: Any, status: int = 200) -> web.Response:
    return web.Response(body=orjson.dumps(value), status=status, content_type="application/json")
