import anthropic
import litellm
from fastapi import Body, FastAPI
from flask import Flask, request
from langchain_openai import ChatOpenAI
from openai import OpenAI

from shop.privacy import redact, scrub_pii

app = Flask(__name__)
api = FastAPI()
client = OpenAI()
claude = anthropic.Anthropic()
llm = ChatOpenAI()


@app.post("/support")
def support():
    question = request.json["question"]
    # ruleid: gatekeeper.python.personal-data-prompt
    answer = client.chat.completions.create(model="m", messages=[{"role": "user", "content": question}])
    # ok: gatekeeper.python.personal-data-prompt
    client.chat.completions.create(model="m", messages=[{"role": "user", "content": redact(question)}])
    # ok: gatekeeper.python.personal-data-prompt
    client.chat.completions.create(model="m", messages=[{"role": "user", "content": "Say hello."}])
    return answer


@api.post("/ask")
async def ask(question: str, limit: int):
    prompt = f"Answer in {limit} words: {question}"
    # ruleid: gatekeeper.python.personal-data-prompt
    claude.messages.create(model="m", max_tokens=limit, messages=[{"role": "user", "content": prompt}])
    # ruleid: gatekeeper.python.personal-data-prompt
    await litellm.acompletion(model="m", messages=[{"role": "user", "content": question}])
    # ruleid: gatekeeper.python.personal-data-prompt
    llm.invoke(prompt)
    clean = scrub_pii(question)
    # ok: gatekeeper.python.personal-data-prompt
    llm.invoke(f"Answer in {limit} words: {clean}")
    # Only a number of the request gets into the prompt.
    # ok: gatekeeper.python.personal-data-prompt
    return llm.invoke(f"Tell a story in {limit} words")


@api.post("/chat")
def chat(question: str, history: list = Body()):
    messages = [{"role": "system", "content": "Be brief."}]
    messages.append({"role": "user", "content": question})
    # ruleid: gatekeeper.python.personal-data-prompt
    client.chat.completions.create(model="m", messages=messages)
    clean = [{"role": "system", "content": "Be brief."}]
    clean.append({"role": "user", "content": redact(question)})
    # ok: gatekeeper.python.personal-data-prompt
    client.chat.completions.create(model="m", messages=clean)


def summarise(customer, order):
    # ruleid: gatekeeper.python.personal-data-prompt
    client.responses.create(model="m", input=f"Write to {customer.full_name} about {order.number}")
    # ok: gatekeeper.python.personal-data-prompt
    client.responses.create(model="m", input=f"Write about {order.number}")
    # The model's name is no prompt, and the caller's id stays with the provider's limits.
    # ok: gatekeeper.python.personal-data-prompt
    client.responses.create(model=order.model, input="Write a poem", user=customer.id)


def other(request, command):
    # ok: gatekeeper.python.personal-data-prompt
    command.invoke(request.POST["name"])
