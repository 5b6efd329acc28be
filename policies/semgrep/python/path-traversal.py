import os
from pathlib import Path

from fastapi import FastAPI, HTTPException
from fastapi.responses import FileResponse
from flask import Flask, abort, request, send_file, send_from_directory
from werkzeug.utils import secure_filename

app = Flask(__name__)
api = FastAPI()
FOLDER = Path("/srv/invoices")


@app.get("/invoice")
def invoice():
    name = request.args["name"]
    # ruleid: gatekeeper.python.path-traversal
    with open(os.path.join("/srv/invoices", name)) as file:
        file.read()
    # ok: gatekeeper.python.path-traversal
    with open(os.path.join("/srv/invoices", secure_filename(name))) as file:
        file.read()
    # ruleid: gatekeeper.python.path-traversal
    return send_file("/srv/invoices/" + name)


@app.get("/safe")
def safe():
    # ok: gatekeeper.python.path-traversal
    return send_from_directory("/srv/invoices", request.args["name"])


@api.get("/files/{path:path}")
def download(path: str):
    # ruleid: gatekeeper.python.path-traversal
    return FileResponse(f"/srv/invoices/{path}")


@api.get("/text/{path:path}")
def read(path: str, page: int):
    # ruleid: gatekeeper.python.path-traversal
    text = (FOLDER / path).read_text()
    # ok: gatekeeper.python.path-traversal
    return text + (FOLDER / f"{page}.txt").read_text()


@api.get("/checked/{path:path}")
def checked(path: str):
    target = (FOLDER / path).resolve()
    # The path is checked after it has been resolved.
    if not target.is_relative_to(FOLDER):
        raise HTTPException(404)
    # ok: gatekeeper.python.path-traversal
    return target.read_text()


def upload(request):
    uploaded = request.FILES["file"]
    # ok: gatekeeper.python.path-traversal
    with open("/srv/uploads/" + os.path.basename(uploaded.name), "wb") as file:
        # ok: gatekeeper.python.path-traversal
        file.write(uploaded.read())
    # ruleid: gatekeeper.python.path-traversal
    os.remove("/srv/uploads/" + request.POST["replaces"])
