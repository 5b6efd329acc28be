const fs = require("fs");
const path = require("path");
const express = require("express");

const app = express();
const ROOT = path.resolve("/srv/invoices");

app.get("/invoice", (req, res) => {
  const name = req.query.name;
  // ruleid: gatekeeper.javascript.path-traversal
  const text = fs.readFileSync(path.join(ROOT, name));
  // ok: gatekeeper.javascript.path-traversal
  const safe = fs.readFileSync(path.join(ROOT, path.basename(name)));
  // ruleid: gatekeeper.javascript.path-traversal
  res.sendFile(path.join(ROOT, req.params.file));
  // ok: gatekeeper.javascript.path-traversal
  res.sendFile(name, { root: ROOT });
  return [text, safe];
});

app.get("/checked", (req, res) => {
  const target = path.resolve(ROOT, req.query.name);
  // The path is checked after it has been resolved.
  if (!target.startsWith(ROOT + path.sep)) {
    return res.sendStatus(404);
  }
  // ok: gatekeeper.javascript.path-traversal
  return fs.createReadStream(target).pipe(res);
});

app.post("/note", async (req, res) => {
  // ruleid: gatekeeper.javascript.path-traversal
  await fs.promises.writeFile(`/srv/notes/${req.body.title}.txt`, req.body.text);
  // What is written comes from the request, where it is written does not.
  // ok: gatekeeper.javascript.path-traversal
  await fs.promises.writeFile("/srv/notes/last.txt", req.body.text);
  res.end();
});
