import sqlite3
import uuid

import psycopg
from django.db import connection
from fastapi import APIRouter, Depends, FastAPI, Request
from flask import Flask, jsonify, request
from sqlalchemy import text
from sqlalchemy.orm import Session

app = Flask(__name__)
api = FastAPI()
router = APIRouter()


@app.route("/orders")
def orders():
    customer = request.args.get("customer")
    cursor = sqlite3.connect("shop.db").cursor()
    # ruleid: gatekeeper.python.sql-injection
    cursor.execute("SELECT * FROM orders WHERE customer = '" + customer + "'")
    # ok: gatekeeper.python.sql-injection
    cursor.execute("SELECT * FROM orders WHERE customer = ?", (customer,))
    return jsonify(cursor.fetchall())


@app.get("/orders/<name>")
def order(name):
    db = sqlite3.connect("shop.db")
    # ruleid: gatekeeper.python.sql-injection
    return db.execute(f"SELECT * FROM orders WHERE name = '{name}'").fetchone()


@app.get("/orders/<int:number>")
def numbered(number):
    db = sqlite3.connect("shop.db")
    # ok: gatekeeper.python.sql-injection
    return db.execute(f"SELECT * FROM orders WHERE number = {number}").fetchone()


@router.get("/search")
async def search(q: str, limit: int = 20, session: Session = Depends(get_session)):
    statement = f"SELECT * FROM products WHERE name LIKE '%{q}%' LIMIT {limit}"
    # ruleid: gatekeeper.python.sql-injection
    rows = session.execute(text(statement))
    # ok: gatekeeper.python.sql-injection
    session.execute(text(f"SELECT * FROM products LIMIT {limit}"))
    return rows.all()


@api.post("/filter")
async def filter_products(request: Request):
    body = await request.json()
    with psycopg.connect("dbname=shop") as conn:
        # ruleid: gatekeeper.python.sql-injection
        conn.execute("SELECT * FROM products WHERE color = '%s'" % body["color"])
        # Only the value comes from the request, and it is passed beside the statement.
        # ok: gatekeeper.python.sql-injection
        conn.execute("SELECT * FROM products WHERE color = %s", [body["color"]])


def report(request):
    name = request.GET["name"]
    with connection.cursor() as cursor:
        # ruleid: gatekeeper.python.sql-injection
        cursor.execute("SELECT * FROM report WHERE name = '{}'".format(name))
        number = int(request.GET["number"])
        # ok: gatekeeper.python.sql-injection
        cursor.execute("SELECT * FROM report WHERE number = {}".format(number))
        key = uuid.UUID(request.GET["key"])
        # ok: gatekeeper.python.sql-injection
        cursor.execute(f"SELECT * FROM report WHERE key = '{key}'")


COLUMNS = {"name": "name", "price": "price"}


def sorted_products(request):
    # The request chooses among columns that are written here; none of its text gets into the statement.
    column = COLUMNS[request.GET["sort"]]
    with connection.cursor() as cursor:
        # ok: gatekeeper.python.sql-injection
        cursor.execute(f"SELECT * FROM products ORDER BY {column}")


def run(request, executor):
    # ok: gatekeeper.python.sql-injection
    executor.execute(request.POST["job"])
