const vm = require("vm");
const express = require("express");

const app = express();

app.get("/calculate", (req, res) => {
  // ruleid: gatekeeper.javascript.code-injection
  const result = eval(req.query.expression);
  // ruleid: gatekeeper.javascript.code-injection
  const compiled = new Function("x", "return " + req.query.expression);
  // ok: gatekeeper.javascript.code-injection
  const two = eval("1 + 1");
  res.json([result, compiled(1), two]);
});

app.post("/script", (req, res) => {
  const script = req.body.script;
  // ruleid: gatekeeper.javascript.code-injection
  vm.runInNewContext(script, {});
  // The text of the request is data of the program, not a part of it.
  // ok: gatekeeper.javascript.code-injection
  vm.runInNewContext("script.length", { script });
  // ok: gatekeeper.javascript.code-injection
  res.json(JSON.parse(script));
});
