const { exec, execFile, spawn } = require("child_process");
const child_process = require("child_process");
const express = require("express");

const app = express();

app.post("/convert", (req, res) => {
  const name = req.body.name;
  // ruleid: gatekeeper.javascript.command-injection
  exec("convert " + name + " out.png", () => res.end());
  // ruleid: gatekeeper.javascript.command-injection
  child_process.execSync(`convert ${name} out.png`);
  // ok: gatekeeper.javascript.command-injection
  execFile("convert", [name, "out.png"], () => res.end());
  // ok: gatekeeper.javascript.command-injection
  exec("convert in.png out.png", () => res.end());
});

app.get("/ping", (req, res) => {
  // ruleid: gatekeeper.javascript.command-injection
  spawn(`ping -c 1 ${req.query.host}`, { shell: true });
  // ruleid: gatekeeper.javascript.command-injection
  spawn("sh", ["-c", "ping -c 1 " + req.query.host]);
  // ok: gatekeeper.javascript.command-injection
  spawn("ping", ["-c", "1", req.query.host]);
  // Only a number of the request gets into the command.
  // ok: gatekeeper.javascript.command-injection
  exec(`ping -c ${Number(req.query.count)} localhost`);
});

app.get("/match", (req, res) => {
  // A regular expression's exec runs nothing.
  // ok: gatekeeper.javascript.command-injection
  const match = /^(\w+)$/.exec(req.query.name);
  res.json(match);
});
