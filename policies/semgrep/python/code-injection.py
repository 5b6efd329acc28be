import ast
import json

import jinja2
from fastapi import FastAPI
from flask import Flask, render_template, render_template_string, request

app = Flask(__name__)
api = FastAPI()


@app.get("/calculate")
def calculate():
    expression = request.args["expression"]
    # ruleid: gatekeeper.python.code-injection
    result = eval(expression)
    # ok: gatekeeper.python.code-injection
    literal = ast.literal_eval(expression)
    # ok: gatekeeper.python.code-injection
    return {"result": result, "literal": literal, "two": eval("1 + 1")}


@app.get("/hello")
def hello():
    name = request.args["name"]
    # ruleid: gatekeeper.python.code-injection
    page = render_template_string("<h1>Hello " + name + "</h1>")
    # The name is a value of the template, not a part of it.
    # ok: gatekeeper.python.code-injection
    page += render_template_string("<h1>Hello {{ name }}</h1>", name=name)
    # ok: gatekeeper.python.code-injection
    return page + render_template("hello.html", name=name)


@api.post("/rule")
async def add_rule(rule: str):
    # ruleid: gatekeeper.python.code-injection
    exec(rule)
    # ok: gatekeeper.python.code-injection
    return json.loads(rule)
