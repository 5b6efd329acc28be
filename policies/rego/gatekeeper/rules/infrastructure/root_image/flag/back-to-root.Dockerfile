FROM python:3.13-slim
RUN useradd --uid 10001 app
USER app
COPY --chown=app . /srv
# gatekeeper: expect
USER root
CMD ["python", "-m", "orders"]
