"""Evidence from OpenAPI documents."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from gatekeeper.model.json import Json, JsonObject
from gatekeeper.model.place import Place


@dataclass(frozen=True, slots=True)
class Server:
    """One server that an operation is reached at."""

    at: Annotated[Place, "The server object"]
    url: Annotated[str, "URL with the defaults of its variables filled in"]


@dataclass(frozen=True, slots=True)
class SecurityScheme:
    """One entry of components.securitySchemes."""

    at: Annotated[Place, "The scheme"]
    type: Annotated[str, "apiKey, http, mutualTLS, oauth2 or openIdConnect"]
    location: Annotated[str, "query, header or cookie for an apiKey, else empty"]
    parameter: Annotated[str, "Name of the apiKey's parameter, else empty"]
    scheme: Annotated[str, "bearer, basic, ... for http, else empty"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an operation; those of the path item are merged in."""

    at: Annotated[Place, "The parameter where it is defined"]
    name: Annotated[str, "Name"]
    location: Annotated[str, "path, query, header or cookie"]
    required: Annotated[bool, "Whether it must be sent"]
    schema: Annotated[JsonObject, "Type, format and the like, without nested schemas"]


@dataclass(frozen=True, slots=True)
class Body:
    """A request or response body in one media type."""

    at: Annotated[Place, "The media type object"]
    media_type: Annotated[str, "e.g. application/json"]
    reach: Annotated[tuple[str, ...], "Keys of the document's reaches; together these hold all schemas it leads to"]


@dataclass(frozen=True, slots=True)
class Response:
    """One response of an operation."""

    at: Annotated[Place, "The response where it is defined"]
    status: Annotated[str, "200, 4XX or default"]
    headers: Annotated[tuple[str, ...], "Names of its headers in lower case"]
    bodies: Annotated[tuple[Body, ...], "Its bodies"]


@dataclass(frozen=True, slots=True)
class Property:
    """A property of a schema."""

    at: Annotated[Place, "The property"]
    name: Annotated[str, "Name"]
    types: Annotated[tuple[str, ...], "Types; empty where none is given"]
    format: Annotated[str, "Format, else empty"]
    write_only: Annotated[bool, "writeOnly"]
    read_only: Annotated[bool, "readOnly"]
    extensions: Annotated[JsonObject, "Keys that start with x-"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Schema:
    """An object schema, named or inline; allOf, anyOf and oneOf are merged into one list of properties."""

    at: Annotated[Place, "The schema"]
    name: Annotated[str, "Name below components.schemas, empty for an inline one"]
    properties: Annotated[tuple[Property, ...], "Its own properties"]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation, with what is effective for it."""

    at: Annotated[Place, "The operation"]
    path: Annotated[str, "Path template"]
    method: Annotated[str, "Method in lower case"]
    operation_id: Annotated[str, "operationId, else empty"]
    security: Annotated[
        tuple[dict[str, list[str]], ...] | None,
        "Effective security requirements: the operation's, else the document's; null where neither says anything",
    ]
    servers: Annotated[tuple[Server, ...], "Effective servers; empty where none is given"]
    parameters: Annotated[tuple[Parameter, ...], "Parameters, merged with the path item's"]
    requests: Annotated[tuple[Body, ...], "Request bodies"]
    responses: Annotated[tuple[Response, ...], "Responses"]
    extensions: Annotated[JsonObject, "Keys of operation and path item that start with x-"]
    deprecated: Annotated[bool, "deprecated"] = False


@dataclass(frozen=True, slots=True)
class OpenApiDocument:
    """One OpenAPI 3.0 or 3.1 document."""

    at: Annotated[Place, "The document"]
    version: Annotated[str, "Value of openapi"]
    title: Annotated[str, "info.title"]
    servers: Annotated[tuple[Server, ...], "The document's own servers"]
    security_schemes: Annotated[dict[str, SecurityScheme], "By name"]
    operations: Annotated[tuple[Operation, ...], "Operations; callbacks and webhooks are not among them"]
    schemas: Annotated[dict[str, Schema], "Object schemas by id (a JSON pointer)"]
    reaches: Annotated[dict[str, tuple[str, ...]], "Ids of the schemas that bodies lead to, sorted, by a key"]
    extensions: Annotated[Json, "Keys of the document that start with x-"]
    external_references: Annotated[tuple[str, ...], "$refs to other files, which are not followed, sorted"] = ()
