"""The OpenAPI document is true: whatever is generated from it gets a documented answer."""

from http import HTTPStatus
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection as invalid_is_refused
from schemathesis.specs.openapi.checks import positive_data_acceptance as valid_is_accepted
from schemathesis.specs.openapi.checks import status_code_conformance as status_is_documented

from tests.service.running import KEY

EXAMPLES = 15
ASKED_AGAIN = 5
# Elsewhere more is asked than a schema can say (that evidence carries a limit, that an id exists),
# or a parameter may be given twice and the last one counts.
SAID_WHOLE = ("POST /v1/comments", "POST /v1/comments/batch")


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_every_operation_answers_as_documented(
    sqlite_client: httpx.Client, mode: GenerationMode
) -> None:
    schema = schemathesis.openapi.from_dict(sqlite_client.get("/openapi.json").json())
    tried: set[str] = set()
    for found in schema.get_all_operations():
        operation: Any = found.ok()  # type: ignore[union-attr] # our schema is valid, or this fails
        takes_nothing = not (operation.body or operation.path_parameters or operation.query)
        if mode is GenerationMode.NEGATIVE and takes_nothing:
            continue
        _check(operation, mode, str(sqlite_client.base_url))
        tried.add(operation.label)
    assert {"POST /v1/comments", "POST /v1/comments/batch", "PUT /v1/policy"} <= tried


def _check(operation: Any, mode: GenerationMode, base_url: str) -> None:
    left_out = [] if operation.label in SAID_WHOLE else [valid_is_accepted, invalid_is_refused]

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def answers(case: Any) -> None:
        response = _answer(case, base_url)
        assert response.status_code < 500, response.content
        case.validate_response(response, excluded_checks=left_out)

    answers()


def _answer(case: Any, base_url: str) -> Any:
    """The answer to the case, asked again where the service says so: a busy machine may make it late."""
    for _ in range(ASKED_AGAIN):
        response = case.call(base_url=base_url, headers={"Authorization": f"Bearer {KEY}"})
        if response.status_code != HTTPStatus.SERVICE_UNAVAILABLE:
            break
        case.validate_response(response, checks=[status_is_documented])
        assert "retry-after" in response.headers
    return response
