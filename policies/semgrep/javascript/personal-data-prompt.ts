import Anthropic from "@anthropic-ai/sdk";
import { ChatOpenAI } from "@langchain/openai";
import { generateText } from "ai";
import express from "express";
import OpenAI from "openai";
import { redact, scrubPii } from "./privacy";

const app = express();
const client = new OpenAI();
const claude = new Anthropic();
const llm = new ChatOpenAI();

app.post("/support", async (req, res) => {
  const question = req.body.question;
  // ruleid: gatekeeper.javascript.personal-data-prompt
  const answer = await client.chat.completions.create({ model: "m", messages: [{ role: "user", content: question }] });
  // ok: gatekeeper.javascript.personal-data-prompt
  await client.chat.completions.create({ model: "m", messages: [{ role: "user", content: redact(question) }] });
  // ok: gatekeeper.javascript.personal-data-prompt
  await client.chat.completions.create({ model: "m", messages: [{ role: "user", content: "Say hello." }] });
  res.json(answer);
});

export async function POST(request: Request) {
  const { question, limit } = await request.json();
  // ruleid: gatekeeper.javascript.personal-data-prompt
  await claude.messages.create({ model: "m", max_tokens: 9, messages: [{ role: "user", content: `Q: ${question}` }] });
  // ruleid: gatekeeper.javascript.personal-data-prompt
  await generateText({ model, prompt: question });
  // ruleid: gatekeeper.javascript.personal-data-prompt
  await llm.invoke(question);
  const clean = scrubPii(question);
  // ok: gatekeeper.javascript.personal-data-prompt
  await llm.invoke(`Answer: ${clean}`);
  // Only a number of the request gets into the prompt.
  // ok: gatekeeper.javascript.personal-data-prompt
  return llm.invoke(`Tell a story in ${Number(limit)} words`);
}

app.post("/chat", async (req, res) => {
  const messages = [{ role: "system", content: "Be brief." }];
  messages.push({ role: "user", content: req.body.question });
  // ruleid: gatekeeper.javascript.personal-data-prompt
  res.json(await client.chat.completions.create({ model: "m", messages }));
});

export async function summarise(customer: Customer, order: Order) {
  // ruleid: gatekeeper.javascript.personal-data-prompt
  await client.responses.create({ model: "m", input: `Write to ${customer.fullName} about ${order.number}` });
  // ok: gatekeeper.javascript.personal-data-prompt
  await client.responses.create({ model: order.model, input: `Write about ${order.number}`, user: customer.id });
}
