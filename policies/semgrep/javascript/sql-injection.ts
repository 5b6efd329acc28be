import { PrismaClient, Prisma } from "@prisma/client";
import express from "express";
import fastify from "fastify";
import { Pool } from "pg";
import { NextRequest, NextResponse } from "next/server";

const app = express();
const server = fastify();
const pool = new Pool();
const prisma = new PrismaClient();

app.get("/orders", async (req, res) => {
  const customer = req.query.customer as string;
  // ruleid: gatekeeper.javascript.sql-injection
  const rows = await pool.query("SELECT * FROM orders WHERE customer = '" + customer + "'");
  // ok: gatekeeper.javascript.sql-injection
  await pool.query("SELECT * FROM orders WHERE customer = $1", [customer]);
  // ok: gatekeeper.javascript.sql-injection
  await pool.query({ text: "SELECT * FROM orders WHERE customer = $1", values: [customer] });
  // ruleid: gatekeeper.javascript.sql-injection
  await pool.query({ text: `SELECT * FROM orders WHERE customer = '${customer}'` });
  res.json(rows);
});

app.get("/orders/:id", async (req, res) => {
  const id = parseInt(req.params.id, 10);
  // ok: gatekeeper.javascript.sql-injection
  res.json(await pool.query(`SELECT * FROM orders WHERE id = ${id}`));
});

server.post("/search", async (request, reply) => {
  const { color, size } = request.body as Filter;
  const statement = `SELECT * FROM products WHERE color = '${color}'`;
  // ruleid: gatekeeper.javascript.sql-injection
  const rows = await prisma.$queryRawUnsafe(statement);
  // The driver's tagged template keeps text and values apart.
  // ok: gatekeeper.javascript.sql-injection
  const safe = await prisma.$queryRaw`SELECT * FROM products WHERE size = ${size}`;
  // ok: gatekeeper.javascript.sql-injection
  const built = await prisma.$queryRaw(Prisma.sql`SELECT * FROM products WHERE size = ${size}`);
  return reply.send([rows, safe, built]);
});

export async function POST(request: NextRequest) {
  const body = await request.json();
  // ruleid: gatekeeper.javascript.sql-injection
  const rows = await pool.query(`DELETE FROM cart WHERE owner = '${body.owner}'`);
  return NextResponse.json(rows);
}

export function find(req: express.Request, index: SearchIndex) {
  // ok: gatekeeper.javascript.sql-injection
  return index.query(req.query.q);
}
