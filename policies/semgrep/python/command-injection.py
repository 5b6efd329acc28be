import os
import shlex
import subprocess

from fastapi import FastAPI
from flask import Flask, request

app = Flask(__name__)
api = FastAPI()


@app.post("/convert")
def convert():
    name = request.form["name"]
    # ruleid: gatekeeper.python.command-injection
    os.system("convert " + name + " out.png")
    # ruleid: gatekeeper.python.command-injection
    subprocess.run(f"convert {name} out.png", shell=True, check=True)
    # ok: gatekeeper.python.command-injection
    subprocess.run(["convert", name, "out.png"], check=True)
    # ok: gatekeeper.python.command-injection
    os.system("convert " + shlex.quote(name) + " out.png")
    # ok: gatekeeper.python.command-injection
    subprocess.run("convert in.png out.png", shell=True, check=True)


@api.get("/ping")
def ping(host: str, count: int = 1):
    # ruleid: gatekeeper.python.command-injection
    answer = subprocess.check_output(["sh", "-c", f"ping -c {count} {host}"])
    # ok: gatekeeper.python.command-injection
    subprocess.check_output(f"ping -c {count} localhost", shell=True)
    return answer


def run(request):
    tool = request.POST.get("tool")
    # The request chooses the program itself.
    # ruleid: gatekeeper.python.command-injection
    subprocess.Popen([tool, "--version"])
