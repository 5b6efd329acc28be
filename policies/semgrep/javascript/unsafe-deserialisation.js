const serialize = require("node-serialize");
const v8 = require("v8");
const yaml = require("js-yaml");
const express = require("express");

const app = express();

app.get("/profile", (req, res) => {
  // ruleid: gatekeeper.javascript.unsafe-deserialisation
  const profile = serialize.unserialize(req.cookies.profile);
  // ok: gatekeeper.javascript.unsafe-deserialisation
  const other = JSON.parse(req.cookies.profile);
  res.json([profile, other]);
});

app.post("/state", (req, res) => {
  // ruleid: gatekeeper.javascript.unsafe-deserialisation
  const state = v8.deserialize(Buffer.from(req.body.state, "base64"));
  // What the request names is looked up, not deserialised.
  // ok: gatekeeper.javascript.unsafe-deserialisation
  const saved = serialize.unserialize(saves[req.body.state]);
  // ok: gatekeeper.javascript.unsafe-deserialisation
  res.json([state, saved, yaml.load(req.body.settings)]);
});
