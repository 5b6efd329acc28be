import json
import pickle

import yaml
from fastapi import FastAPI, Request
from flask import Flask, request

app = Flask(__name__)
api = FastAPI()


@app.post("/cart")
def cart():
    # ruleid: gatekeeper.python.unsafe-deserialisation
    items = pickle.loads(request.data)
    # ok: gatekeeper.python.unsafe-deserialisation
    items += json.loads(request.data)
    return {"items": items}


@app.post("/settings")
def settings():
    text = request.get_data(as_text=True)
    # ruleid: gatekeeper.python.unsafe-deserialisation
    first = yaml.load(text, Loader=yaml.Loader)
    # ok: gatekeeper.python.unsafe-deserialisation
    second = yaml.load(text, Loader=yaml.SafeLoader)
    # ok: gatekeeper.python.unsafe-deserialisation
    return {**first, **second, **yaml.safe_load(text)}


@api.post("/model")
async def model(request: Request):
    body = await request.body()
    # ruleid: gatekeeper.python.unsafe-deserialisation
    return pickle.loads(body)


def cached(request):
    # Our own file, not the sender's.
    with open("/var/cache/shop.pickle", "rb") as file:
        # ok: gatekeeper.python.unsafe-deserialisation
        return pickle.load(file)
