"""OpenAPI 3.0, 3.1 and 3.2 documents: operations with what is effective for them, and the schemas behind them."""

from __future__ import annotations

from gatekeeper.collect.openapi.reader import OpenApiReader

__all__ = ["OpenApiReader"]
